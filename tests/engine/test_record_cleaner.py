"""No secret gets into a page, wherever in a record it stands, and what is clean stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config.recording import (
    AnyRecord,
    Began,
    Came,
    Checkpoint,
    Dialled,
    KnownLink,
    Linked,
    Listed,
    Lost,
    Plan,
    Relayed,
    RelayStood,
    Wanted,
    Went,
    encoded,
)
from quotedesk.engine.record_cleaner import RecordCleaner
from quotedesk.engine.redactor import Redactor
from quotedesk.market.quote import Quote, Status
from quotedesk.market.states import RowState, RowStatus

SECRET = "s3cr/et"


def cleaner(secret: str = SECRET) -> RecordCleaner:
    redactor = Redactor()
    redactor.learn(secret)
    return RecordCleaner(redactor)


def all_with(text: str) -> list[AnyRecord]:
    """Records of which each has the text wherever one may come from outside."""
    status = RowStatus("A", RowState.REFUSED, 1.0, text)
    return [
        Went(1.0, 1, text.encode()),
        Came(1.0, 1, [b"{}", text.encode()]),
        Lost(1.0, 1, text, False, 0.0),
        Listed(1.0, "demo", (Status("A", words=text),)),
        Relayed(1.0, "demo", 1.0, (), (), (status,)),
        RelayStood(1.0, None, "waiting", text),
        Checkpoint(1.0, 1e9, (), (KnownLink(1, "demo", "demo", True, {"A": text}, None),), relayed={"demo": (status,)}),
        Linked(1.0, 1, "demo", text),
        Wanted(1.0, (("demo", text),)),
        Checkpoint(1.0, 1e9, (("demo", text),), (), known={"demo": [Quote(code=text)]}),
    ]


def page_of(records: list[AnyRecord], secret: str = SECRET) -> tuple[list[AnyRecord], bytes]:
    one = cleaner(secret)
    page, data = one.clean_page([one.clean(each) for each in records])
    return list(page), data


@pytest.mark.parametrize("at", range(len(all_with(""))))
def test_a_secret_is_taken_out_wherever_it_stands(at: int) -> None:
    ([record], data) = page_of([all_with(f"it said {SECRET}!")[at]])
    assert SECRET.encode() not in data
    assert record == all_with("it said ***!")[at]
    assert data == encoded([record])


@pytest.mark.parametrize("written", ["S3CR/ET", r"s3cr\/et", "s3cr%2Fet", r"\u00733cr/et"])
def test_where_servers_speak_a_secret_is_known_in_other_spellings(written: str) -> None:
    records = all_with(f"it said {written}!")[:7]
    assert page_of(records)[0] == all_with("it said ***!")[:7]


@given(st.text(alphabet=st.characters(exclude_characters="sS%\\"), max_size=30), st.integers(0, len(all_with("")) - 1))
def test_what_has_no_secret_in_it_is_the_same_record(text: str, at: int) -> None:
    records = all_with(text.replace("token=", ""))
    one = cleaner()
    assert one.clean(records[at]) == records[at]
    page, data = one.clean_page(records)
    assert page is records
    assert data == encoded(records)


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    ([record], _) = page_of([Came(1.0, 1, [b"\xff\xfe", f"\\{SECRET}".encode(), b"\xff" + SECRET.encode()])])
    assert record == Came(1.0, 1, [b"\xff\xfe", b"\\***", b"\xff***"])


@pytest.mark.parametrize("secret", ["t", "n", "0", "in", "demo"])
def test_a_secret_that_is_a_part_of_everything_costs_no_more_than_what_it_is_in(secret: str) -> None:
    records = [Began(1.0, 1e9, "0.1.0"), Came(1.0, 1, [b"an answer in it"]), Dialled(1.0, 1), Plan(1.0, "demo", 5)]
    page, data = page_of(records, secret)
    assert [type(each) for each in page[:3]] == [Began, Came, Dialled]
    assert secret.encode() not in page[1].frames[0]
    assert data == encoded(page)


def test_a_record_that_would_be_another_without_it_is_left_out() -> None:
    """A condition of trading is one of a few words."""
    records = [Listed(1.0, "demo", (Status("A"),)), Dialled(1.0, 1)]
    page, data = page_of(records, "normal")
    assert page == [Dialled(1.0, 1)]
    assert data == encoded(page)
