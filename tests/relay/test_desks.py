"""The file of desks."""

import os
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.desks import Desks, plain_name


def key(number: int) -> str:
    return public_key(new_seed(bytes([number]) * 32))


def test_desks_are_kept_and_named_apart(tmp_path: Path) -> None:
    desks = Desks(tmp_path / "relay" / "desks.toml")
    first = desks.add("lap\ntop", "anna", key(1), "2026-11-29")
    second = desks.add("lap top", "anna", key(2), "2026-11-29")
    assert (first.name, second.name) == ("lap top", "lap top 2")
    again = Desks(tmp_path / "relay" / "desks.toml")
    assert list(again) == [first, second]
    assert again.of(first.id) == first
    assert again.persons == {"anna"}
    assert len(again) == 2


def test_a_key_is_taken_once_and_only_if_it_is_one(tmp_path: Path) -> None:
    desks = Desks(tmp_path / "desks.toml")
    desks.add("a", "anna", key(1), "")
    for bad in (key(1), "U123", new_seed(bytes(32))):
        with pytest.raises(QuotedeskError):
            desks.add("b", "anna", bad, "")


def test_a_desk_is_revoked_by_name_or_by_whose_it_is(tmp_path: Path) -> None:
    desks = Desks(tmp_path / "desks.toml")
    first, second = desks.add("one", "anna", key(1), ""), desks.add("two", "anna", key(2), "")
    third = desks.add("three", "bo", key(3), "")
    assert desks.revoke("nobody") == []
    assert desks.revoke("two") == [second]
    assert desks.revoke("anna") == [first]
    assert list(Desks(tmp_path / "desks.toml")) == [third]


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/dev/full").exists(), reason="no full disk here")
def test_on_a_full_disk_no_desk_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "relay").write_text("no folder")
    desks = Desks(tmp_path / "desks.toml")
    desks._path = tmp_path / "relay" / "desks.toml"
    with pytest.raises(OSError):  # noqa: PT011 - whichever
        desks.add("one", "anna", key(1), "")
    assert len(desks) == 0


def test_what_is_no_desk_in_the_file_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "desks.toml"
    path.write_text('[[desks]]\nid = "d.1"\nname = "x"\nperson = "p"\nkey = "U"\n')
    assert len(Desks(path)) == 0


def test_a_name_is_one_line() -> None:
    assert plain_name(" a\x00b\n c ") == "a b c"
    assert len(plain_name("x" * 500)) == 60
