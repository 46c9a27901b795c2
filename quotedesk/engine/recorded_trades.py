"""A CSV of trades as a recording: what the demo feed would have said of them, at their own times."""

from collections.abc import Sequence
from pathlib import Path

from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.config.recording import (
    AnyRecord,
    Began,
    Came,
    Checkpoint,
    Dialled,
    KnownLink,
    Linked,
    Opened,
    Wanted,
    Went,
)
from quotedesk.config.recording_store import HAS_WANTED, KEY, RecordedPage
from quotedesk.demo.prices import MadeTrade
from quotedesk.demo.replay import Tape
from quotedesk.demo.wire import WireFrame
from quotedesk.market.number import number
from quotedesk.market.quote import Quote

_PAGE = 1_000  # trades
_LEAD_S = 1.0  # from the beginning to the first trade
_LINK = 1
_PUSH = 22998


class RecordedTrades:
    """See engine.recorded.Recorded. Raises ValueError (its text is for people) and OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.report = ""
        tape = Tape(path)
        self._trades = tape.trades
        self._offsets_s = tape.offsets_s
        first = self._trades[0].time_ms
        assert first is not None
        self._begin_utc_s = first / 1000 - _LEAD_S
        self._codes = list(dict.fromkeys(trade.code for trade in self._trades))
        (self._endpoint,) = FEEDS[BUILT_IN].provider.endpoints
        self._known: list[dict[str, MadeTrade]] = []  # at the beginning of each page: the newest of each code
        newest: dict[str, MadeTrade] = {}
        pages = []
        for at, begin in enumerate(range(0, len(self._trades), _PAGE)):
            part = self._trades[begin : begin + _PAGE]
            self._known.append(dict(newest))
            newest.update((trade.code, trade) for trade in part)
            from_s = 0.0 if begin == 0 else self._at_s(begin)
            to_s = self._at_s(begin + len(part) - 1)
            from_utc_s, to_utc_s = self._begin_utc_s + from_s, self._begin_utc_s + to_s
            pages.append(RecordedPage(at, from_utc_s, to_utc_s, KEY | HAS_WANTED, len(part)))
        self.pages: Sequence[RecordedPage] = pages

    def records(self, page: RecordedPage) -> list[AnyRecord]:
        """What happened."""
        begin = page.at * _PAGE
        wanted = tuple(self.instruments())
        records: list[AnyRecord]
        if begin == 0:
            records = [
                Began(0.0, self._begin_utc_s),
                Wanted(0.0, wanted),
                Linked(0.0, _LINK, BUILT_IN, self._endpoint),
                Dialled(0.0, _LINK),
                Opened(0.1, _LINK),
                Went(0.2, _LINK, b""),
            ]
        else:
            link = KnownLink(_LINK, BUILT_IN, self._endpoint, is_up=True)
            known = [Quote(code=each.code, last=number(each.price)) for each in self._known[page.at].values()]
            at_s = self._at_s(begin)
            records = [Checkpoint(at_s, self._begin_utc_s + at_s, wanted, (link,), known={BUILT_IN: known})]
        for at in range(begin, min(begin + _PAGE, len(self._trades))):
            records.append(Came(self._at_s(at), _LINK, [_push(self._trades[at], at + 1)]))
        return records

    def instruments(self) -> list[tuple[str, str]]:
        """(feed, code) of all of them, the first to trade first."""
        return [(BUILT_IN, code) for code in self._codes]

    def _at_s(self, at: int) -> float:
        return _LEAD_S + self._offsets_s[at]


def _push(trade: MadeTrade, seq: int) -> bytes:
    data = {
        "code": trade.code,
        "seq": seq,
        "tick_time": trade.time_ms,
        "price": trade.price,
        "volume": trade.size,
        "trade_direction": trade.direction,
    }
    return WireFrame({"cmd_id": _PUSH, "data": data}).text.encode()
