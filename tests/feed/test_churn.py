"""Thousands of edits on one connection, in compressed time: nothing is lost, nothing asked for too soon or twice."""

import random

import pytest

from quotedesk.lists.edits import Arrange, Edit, Remove, Replace, append, place
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from tests.fakes.conversation import Conversation

EDITS = 750
SOAK_EDITS = 10_000
REST_EVERY = 250
POOL = [Instrument("f", f"S{number:03}.US") for number in range(300)]
MOST_ROWS = 200


class Trader:
    """Somebody who cannot leave a list alone."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.watchlist = Watchlist(POOL[:50])
        self.undos: list[Edit] = []
        self.kinds: dict[str, int] = {}

    @property
    def codes(self) -> list[str]:
        return [each.code for each in self.watchlist]

    def edit(self) -> None:
        """Do one of the things that can be done to a list."""
        rng, rows = self.rng, list(self.watchlist)
        away = [each for each in POOL if each not in self.watchlist]
        kind = rng.choice(["add", "remove", "replace", "move", "undo", "undo", "paste"])
        if kind == "undo" and self.undos:
            self.undos.pop().apply(self.watchlist)
        elif kind in ("add", "paste") and away and len(rows) < MOST_ROWS:
            count = 1 if kind == "add" else rng.randint(2, 40)
            self.undos.append(append(self.watchlist, rng.sample(away, min(count, len(away)))).apply(self.watchlist))
        elif kind == "replace" and rows and away:
            self.undos.append(Replace(rng.choice(rows), rng.choice(away)).apply(self.watchlist))
        elif kind == "move" and rows:
            chosen = rng.sample(rows, min(len(rows), 3))
            self.undos.append(Arrange(place(rows, chosen, rng.randint(0, len(rows)))).apply(self.watchlist))
            assert isinstance(self.undos[-1], Arrange)
        elif rows:
            kind = "remove"
            chosen = rng.sample(rows, rng.randint(1, max(1, len(rows) // 4)))
            self.undos.append(Remove(tuple(chosen)).apply(self.watchlist))
        self.kinds[kind] = self.kinds.get(kind, 0) + 1


@pytest.mark.parametrize("feed", ["alltick", "demo"])
def test_edits_lose_no_tick_of_a_kept_symbol_and_break_no_rule(feed: str, request: pytest.FixtureRequest) -> None:
    edits = SOAK_EDITS if request.config.getoption("--soak") else EDITS
    trader, talk = Trader(seed=11), Conversation(feed)
    talk.want(*trader.codes)
    talk.run(0.1)
    talk.open()
    talk.run(5)
    for number in range(1, edits + 1):
        trader.edit()
        talk.want(*trader.codes)
        talk.run(trader.rng.choice([0.0, 0.01, 0.04, 0.2, 0.7]))
        wanted = set(talk.session.wanted)
        ticking = sorted(talk.provider.held)
        talk.accepted.clear()
        talk.tick(*ticking) if ticking else talk.pump()
        assert talk.accepted == [code for code in ticking if code in wanted], "each tick of a wanted symbol, once"
        if number % REST_EVERY == 0:
            for _ in range(6):
                talk.run(2)
                talk.tick() if talk.provider.held else talk.pump()
            assert talk.provider.held == set(trader.codes)
            assert all(talk.state(code) is RowState.LIVE for code in trader.codes)
            # A day of traces is not what is tested here.
            talk.provider.frames[:-1] = []
    assert talk.provider.breaches == []
    assert talk.session.counts.opened == 1
    assert min(trader.kinds.values()) > edits / 20, trader.kinds


@pytest.mark.parametrize("clears", [False, True])
@pytest.mark.parametrize(
    ("feed", "bad", "most"), [("alltick", 1, 12), ("demo", 1, 12), ("alltick", 3, 40), ("demo", 3, 40)]
)
def test_bad_symbols_among_two_hundred_are_named_and_the_others_live(
    feed: str, bad: int, most: int, clears: bool
) -> None:
    codes = [each.code for each in POOL[:200]]
    wrong = random.Random(5).sample(codes, bad)
    talk = Conversation(feed, bad=frozenset(wrong), clears=clears)
    talk.want(*codes)
    talk.run(0.1)
    talk.open()
    for _ in range(180):
        talk.run(0.5)
        talk.tick() if talk.provider.held else talk.pump()
        if all(talk.state(code) is (RowState.REFUSED if code in wrong else RowState.LIVE) for code in codes):
            break
    assert {code for code in codes if talk.state(code) is RowState.REFUSED} == set(wrong)
    assert all(talk.state(code) is RowState.LIVE for code in codes if code not in wrong)
    assert len(talk.sent()) <= most, f"{len(talk.sent())} requests"
    assert talk.provider.breaches == []
    assert talk.session.counts.opened == 1
