"""Who gets a key, and who loses it."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_requests import HelloRequest, PairRequest, WantRequest
from quotedesk.config import kept_file
from quotedesk.market.errors import QuotedeskError
from tests.relay.test_desk_service import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_desk_is_paired_by_a_code_once(house: House) -> None:
    text = asyncio.run(house.service.keys.new_code("anna"))
    (key,) = house.service.keys.pairings.keys
    assert house.key_changes == [(key,)]
    assert len(text) == 29
    mine = public_key(new_seed(b"m" * 32))
    said = house.ask("pair", PairRequest(mine, "laptop"), f"_INBOX.{key}.1")
    assert said is not None
    desk = house.desks.of(said["desk"])
    assert desk is not None
    assert (desk.key, desk.person, desk.name) == (mine, "anna", "laptop")
    assert house.key_changes == [(key,), (key,)]  # the new key is in before the answer
    said = house.ask("pair", PairRequest(public_key(new_seed(b"t" * 32)), "thief"), f"_INBOX.{key}.2")
    assert said == {"fault": "this code was used already, or is too old; quotedesk relay code gives another"}
    house.clock.advance(61.0)
    house.service.second()
    assert house.key_changes[2:] == [()]  # the code is out when it has heard the answer
    assert len(house.desks) == 1


def test_a_key_that_is_none_or_known_is_not_paired(house: House) -> None:
    known = house.desk()
    for bad in (known.key, "U123", ""):
        asyncio.run(house.service.keys.new_code("anna"))
        key = house.service.keys.pairings.keys[0]
        said = house.ask("pair", PairRequest(bad, "x"), f"_INBOX.{key}.1")
        assert said is not None
        assert said["fault"]
        house.clock.advance(61.0)
        house.service.second()
    assert len(house.desks) == 1


def test_a_code_that_runs_out_is_taken_back(house: House) -> None:
    asyncio.run(house.service.keys.new_code(""))
    house.clock.advance(121.0)
    house.service.second()
    assert house.key_changes[-1] == ()
    house.fault = QuotedeskError("no server")
    with pytest.raises(QuotedeskError):
        asyncio.run(house.service.keys.new_code(""))
    house.clock.advance(121.0)
    house.service.second()
    assert "no server" in house.publisher.notices[-1]


def test_a_key_that_cannot_be_taken_back_is_good_still(house: House, monkeypatch) -> None:
    desk = house.desk()
    monkeypatch.setattr(kept_file, "save", no_room)
    with pytest.raises(OSError, match="No space left on device"):
        asyncio.run(house.service.keys.revoke(desk.name))
    assert house.ask(f"hello.{desk.id}", HelloRequest("s1")) is not None


def test_a_revoked_desk_wants_nothing(house: House) -> None:
    desk = house.desk()
    house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"]))
    assert asyncio.run(house.service.keys.revoke("nobody")) == ([], "")
    house.fault = QuotedeskError("no server")
    assert asyncio.run(house.service.keys.revoke(desk.name)) == ([desk.name], "no server")
    assert house.wishes.connections == 0
    assert house.ask(f"hello.{desk.id}", HelloRequest("s")) is None
