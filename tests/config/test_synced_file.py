"""What was agreed with one relay is nothing with another."""

from quotedesk.config import synced_file
from quotedesk.config.synced_file import Agreed

KEYS = {"list A": Agreed(3, '{"rows":[]}'), "list B": Agreed(4)}


def test_it_comes_back_for_the_same_relay_only(tmp_path):
    path = tmp_path / "synced.toml"
    synced_file.save(path, "hut", KEYS)
    assert synced_file.load(path, "hut") == KEYS
    assert synced_file.load(path, "tower") == {}


def test_a_broken_or_missing_file_is_nothing_agreed(tmp_path):
    path = tmp_path / "synced.toml"
    assert synced_file.load(path, "hut") == {}
    path.write_text("relay = 'hut'\nkeys = 7")
    assert synced_file.load(path, "hut") == {}
