"""What was read at one time is one batch; what comes after a gap is another."""

from quotedesk.feed.news import News
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus

ONE, TWO, THREE = (Trade(code, number("1")) for code in ("A", "B", "C"))
LIVE = RowStatus("A", RowState.LIVE, 1.0)


def test_a_batch_is_what_was_read_at_one_time_and_statuses_come_with_the_last() -> None:
    news = News()
    news.add([ONE], 1.0)
    news.add([TWO], 1.0)
    news.add([THREE], 2.0)
    first, second = news.take("demo", [LIVE], 3.0)
    assert (first.feed, first.updates, first.received_s, first.statuses) == ("demo", [ONE, TWO], 1.0, ())
    assert (second.updates, second.received_s, second.statuses) == ([THREE], 2.0, (LIVE,))
    assert news.take("demo", [], 4.0) == []


def test_what_comes_after_a_gap_is_told_after_it() -> None:
    news = News()
    news.add([ONE], 1.0)
    news.cut(["A", "B"], 1.0)
    news.add([TWO], 1.0)
    first, second = news.take("demo", [], 2.0)
    assert (first.updates, first.gaps) == ([ONE], ("A", "B"))
    assert (second.updates, second.gaps) == ([TWO], ())


def test_statuses_and_gaps_need_no_updates() -> None:
    news = News()
    news.cut(["A"], 1.0)
    (batch,) = news.take("demo", [LIVE], 2.0)
    assert (batch.updates, batch.gaps, batch.statuses, batch.received_s) == ([], ("A",), (LIVE,), 1.0)
    (batch,) = news.take("demo", [LIVE], 2.0)
    assert batch.received_s == 2.0
