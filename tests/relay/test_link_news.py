"""Whoever runs a relay reads what becomes of its connections."""

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.relay.link_news import LinkNews


def both(state: LinkState, reason: str = "") -> list[LinkStatus]:
    return [LinkStatus("alltick", endpoint, state, 1.0, reason) for endpoint in ("stock", "other")]


def test_each_change_is_one_line_however_often_it_is_tried_and_for_all_links_of_which_it_is_true() -> None:
    news = LinkNews()
    assert news.lines(both(LinkState.CONNECTING)) == []
    assert news.lines(both(LinkState.UP)) == ["alltick stock, alltick other connected."]
    assert news.lines(both(LinkState.UP)) == []
    assert news.lines(both(LinkState.WAITING, "cut")) == ["alltick stock, alltick other lost: cut."]
    assert news.lines(both(LinkState.CONNECTING, "cut")) == []
    assert news.lines(both(LinkState.WAITING, "no answer")) == []
    stock, other = both(LinkState.UP)[0], both(LinkState.DENIED, "refused")[1]
    assert news.lines([stock, other]) == ["alltick stock connected.", "alltick other not let in: refused."]
    assert news.lines([]) == []
    assert news.lines([stock]) == ["alltick stock connected."], "after it was not in use"
