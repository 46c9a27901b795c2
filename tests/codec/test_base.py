"""The seam: what it promises whoever writes a codec or a session."""

import re
from pathlib import Path
from typing import get_args

import pytest

from quotedesk.codec.base import (
    Answer,
    Beat,
    Change,
    Closing,
    Limits,
    Message,
    Proves,
    Provider,
    Ready,
    Reply,
    SilentGreeting,
    Unreadable,
    Verdict,
)
from quotedesk.market.quote import Quote, Status, Trade


def test_there_are_these_kinds_of_message_and_no_more() -> None:
    assert set(get_args(Message)) == {Trade, Quote, Status, Answer, Beat, Reply, Ready, Closing, Unreadable}


def test_a_feed_must_say_how_it_differs_and_the_rest_is_as_issue_9_has_it() -> None:
    with pytest.raises(TypeError):
        Limits()  # type: ignore[call-arg]
    limits = Limits(replaces=True, beat_is_frame=True, retry_min_s=1.0)
    assert (limits.frame_gap_s, limits.link_gap_s) == (1.1, 3.1)
    assert (limits.beat_s, limits.dead_after_s) == (10.0, 25.0)
    assert (limits.answer_s, limits.first_tick_s) == (5.0, 10.0)
    assert limits.acknowledges is Proves.REQUEST
    assert (limits.greets, limits.codes_per_frame, limits.most_codes) == (False, None, None)
    assert (limits.leaves_out, limits.renew_after_s, limits.retry_most_s) == (True, None, 60.0)


def test_a_change_is_counted_under_the_word_of_its_feed() -> None:
    more, less, none = (
        Change(("A", "B"), ("B",), (), 1),
        Change(("A",), (), ("B",), 2),
        Change((), (), ("A",), 3),
    )
    assert [each.verb(replaces=True) for each in (more, less, none)] == ["subscribe", "subscribe", "cancel"]
    assert [each.verb(replaces=False) for each in (more, less, none)] == ["subscribe", "unsubscribe", "unsubscribe"]


def test_values_of_the_seam_cannot_be_changed_by_whoever_holds_them() -> None:
    with pytest.raises(AttributeError):
        Answer(1, Verdict.OK).words = "other"  # type: ignore[misc]


def test_an_answer_names_no_symbols_and_says_nothing_where_a_codec_does_not_say_otherwise() -> None:
    assert Answer(None, Verdict.OK) == Answer(None, Verdict.OK, "", ())


def test_a_codec_without_a_greeting_lets_the_server_speak_first() -> None:
    assert SilentGreeting().greet("key") == ()


def test_a_provider_of_whom_nothing_more_is_known_has_its_key_in_the_url_and_codes_that_are_tickers() -> None:
    provider = Provider("x", "X", {"x": "wss://x/"}, lambda code: "x", needs_key=True)
    assert provider.key_in_url
    assert provider.resources == ""
    assert provider.symbology({}).code("", "BTC-USD") == "BTC-USD"


def test_the_reasons_for_an_unreadable_message_are_a_short_fixed_list() -> None:
    source = Path(__file__).parents[2] / "quotedesk" / "codec" / "alltick_common.py"
    reasons = set(re.findall(r'Unreadable\(\s*"([^"]+)"', source.read_text()))
    assert 4 <= len(reasons) <= 12
