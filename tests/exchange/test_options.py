"""What an import and an export are asked starts from nothing said."""

from pathlib import Path

from quotedesk.exchange.options import ExportOptions, ImportOptions


def test_what_is_not_said_is_a_new_list_of_the_last_feed() -> None:
    options = ImportOptions(command="quotedesk", files=(Path("a.txt"),))
    assert (options.feed, options.list_name, options.profile) == (None, None, None)
    assert (options.is_dry, options.is_json) == (False, False)
    assert ExportOptions(command="quotedesk", list_name="A", format="csv").to is None
