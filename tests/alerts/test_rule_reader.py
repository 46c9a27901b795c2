"""A line becomes a rule, and what cannot be one says which word is wrong, and what it may mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.alerts.rule import DOES, AlertRule, AlertScope, Between, Frequency, Operator, ScopeKind
from quotedesk.alerts.rule_reader import MOST_CHARACTERS, RuleError, read_rule, window_s
from tests.fakes.watcher import NAMES, rule_of


def test_the_example_of_the_readme() -> None:
    rule = rule_of("BTC-USD@coinbase last crosses-up 60000 repeat 15m")
    assert rule == AlertRule(
        scope=AlertScope(ScopeKind.SYMBOL, "BTC-USD", "coinbase"),
        field="last",
        operator=Operator.CROSSES_UP,
        level=60_000.0,
        frequency=Frequency.REPEAT,
        pause_s=900.0,
    )
    assert rule.text == "BTC-USD@coinbase last crosses-up 60000 repeat 15m"


def test_every_clause_in_any_order() -> None:
    rule = rule_of(
        'list:"My list" Change%/5m >= 2.5% note "say \\"hi\\"" until 2026-12-31 outside-hours daily band 0.5% '
        "between 22:00-04:30 America/New_York for 30s sound bell do post,raise"
    )
    assert rule == AlertRule(
        scope=AlertScope(ScopeKind.LIST, "My list"),
        field="change%/5m",
        operator=Operator.AT_LEAST,
        level=2.5,
        hold_s=30.0,
        frequency=Frequency.DAILY,
        band=0.5,
        is_band_percent=True,
        between=Between(22 * 60, 4 * 60 + 30, "America/New_York"),
        is_outside_hours=True,
        until=date(2026, 12, 31),
        sound="bell",
        does=("raise", "post"),
        note='say "hi"',
    )
    assert rule_of(rule.text) == rule


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("X last >= 1", "X@demo last >= 1"),
        ("x LAST CROSSES 1e3", "x@demo last crosses 1000"),
        ("*  change_pct  <=  -5%", "* change% <= -5"),
        ("flag:RED last new-high once", "flag:red last new-high"),
        ("section:“Big ones” last new-low", 'section:"Big ones" last new-low'),
        ("X age >= 90s", "X@demo age >= 90s"),
        ("X age >= 3600s", "X@demo age >= 1h"),
        ('X "bid - 1" crosses -0', 'X@demo "bid - 1" crosses 0'),
        ("X bid-1 crosses 0.10", "X@demo bid-1 crosses 0.1"),
        ("X Spread_BP > 5".replace(">", ">="), "X@demo spread_bp >= 5"),
        ("X last >= 5 repeat 0s", "X@demo last >= 5 repeat 0s"),
        ('X last >= 5 note ""', "X@demo last >= 5"),
    ],
)
def test_the_canonical_line(text: str, canonical: str) -> None:
    assert rule_of(text).text == canonical
    assert rule_of(canonical) == rule_of(text)


@pytest.mark.parametrize(
    ("text", "at", "word", "said"),
    [
        ("", 0, "", "a symbol, list:NAME, section:NAME, flag:COLOUR or * is missing here"),
        ("X", 1, "", "a field, such as last, is missing here"),
        ("X last", 6, "", "an operator, such as crosses-up, is missing here"),
        ("X last >= ", 9, "", "a value is missing here"),
        ("X@coinbsae last >= 1", 0, "X@coinbsae", "there is no feed “coinbsae”; do you mean coinbase?"),
        ("X! last >= 1", 0, "X!", "“!” cannot be part of a symbol"),
        ("lst:Tech last >= 1", 0, "lst:Tech", "“lst:” is no group of symbols; do you mean list?"),
        ("flag:grene last >= 1", 0, "flag:grene", "there is no flag “grene”; do you mean green?"),
        ("list: last >= 1", 0, "list:", "which list? Write list:NAME, in quotes where the name has blanks"),
        ("X lats >= 1", 2, "lats", "there is no field or formula “lats”; do you mean last?"),
        ("X bidd-1 >= 1", 2, "bidd-1", "there is no field or formula “bidd”; do you mean bid?"),
        ('X "bid - askk" >= 1', 9, "askk", "there is no field or formula “askk”; do you mean ask?"),
        ("X change%/5d >= 1", 2, "change%/5d", "“5d” is no duration: write it as 30s, 15m or 2h"),
        ("X last crosses-upp 1", 7, "crosses-upp", "there is no operator “crosses-upp”; do you mean crosses-up"),
        ("X last > 1", 7, ">", "there is no operator “>”; do you mean >=?"),
        ("X last >= NaN", 10, "NaN", "“NaN” is no number: write it like 60000.5"),
        ("X last >= inf", 10, "inf", "“inf” is no number: write it like 60000.5"),
        ("X last >= 60,000", 10, "60,000", "“60,000” is no number: write 60000"),
        ("X last >= 1e999", 10, "1e999", "“1e999” is no number: write it like 60000.5"),
        ("X last >= 1e300", 10, "1e300", "“1e300” is too large, or too small"),
        ("X last >= 5%", 10, "5%", "last is not in percent; for a change in percent write change% in its place"),
        ("X last >= 5 evry 3m", 12, "evry", "“evry” is no clause of a rule"),
        ("X last >= 5 for", 15, "", "a duration, such as 30s, is missing here"),
        ("X last >= 5 for 0s", 16, "0s", "0 is no duration here"),
        ("X last >= 5 for 99999h", 16, "99999h", "“99999h” is too long: at most 8784 h"),
        ("X last >= 5 once repeat 5m", 17, "repeat", "once, daily and repeat exclude one another"),
        ("X last >= 5 for 1s for 2s", 19, "for", "“for” is said twice"),
        ("X last >= 5 do post,jump", 15, "post,jump", "“jump” is nothing that a rule does"),
        ("X last >= 5 band -1", 17, "-1", "a band is not below 0"),
        ("X last >= 5 between 9-16 UTC", 20, "9-16", "“9-16” is no part of a day: write it as 09:30-16:00"),
        ("X last >= 5 between 09:30-09:30 UTC", 20, "09:30-09:30", "these are the same time"),
        (
            "X last >= 5 between 09:30-16:00",
            31,
            "",
            "the zone of that clock, such as America/New_York, is missing here",
        ),
        ("X last >= 5 between 09:30-16:00 Europe/Berln", 32, "Europe/Berln", "; do you mean Europe/Berlin"),
        ("X last >= 5 until 31.12.2026", 18, "31.12.2026", "“31.12.2026” is no date: write it as 2026-12-31"),
        ("X last >= 5 until 2026-02-30", 18, "2026-02-30", "“2026-02-30” is no date"),
        ('X last >= 5 note "open', 17, '"', "this quote is not closed"),
        ('X last >= 5 note "a\nb"', 17, '"a\nb"', "this holds a character that cannot be seen"),
        ("X age >= 5", 9, "5", "“5” is no duration: write it as 30s, 15m or 2h"),
        ("X age <= 5s", 6, "<=", "an age only grows: write age >= 30s"),
        ("X age >= 5s for 3s", 12, "for", "an age has no “for”: write a longer age"),
    ],
)
def test_an_error_names_the_word_and_what_is_near(text: str, at: int, word: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        rule_of(text)
    assert said in caught.value.said
    assert (caught.value.at, text[caught.value.at :][: caught.value.length]) == (at, word)
    assert str(caught.value).startswith(f"Character {at + 1}: ")


def test_a_rule_of_ten_thousand_characters_is_refused_at_once() -> None:
    with pytest.raises(RuleError, match=f"at most {MOST_CHARACTERS:,} characters, not 10,0"):
        rule_of("X last >= 5 note " + "a" * 10_000)


def test_a_bare_code_without_a_feed_is_asked_about() -> None:
    with pytest.raises(RuleError, match="of which feed is X"):
        read_rule("X last >= 1", type(NAMES)(NAMES.fields))


def test_windows() -> None:
    assert window_s("change%/5m") == 300.0
    assert window_s("last") is None


WORDS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).filter(str.isprintable)
SCOPES = st.one_of(
    st.builds(
        AlertScope, st.just(ScopeKind.SYMBOL), st.from_regex(r"[A-Za-z0-9.\-/]{1,8}", fullmatch=True), st.just("demo")
    ),
    st.builds(AlertScope, st.sampled_from([ScopeKind.LIST, ScopeKind.SECTION]), WORDS),
    st.builds(AlertScope, st.just(ScopeKind.FLAG), st.sampled_from(sorted(NAMES.flags))),
    st.just(AlertScope(ScopeKind.ALL)),
)
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float), st.floats(-1e12, 1e12).map(lambda each: round(each, 6) + 0.0)
)
SECONDS = st.integers(1, 86_400 * 300).map(float)
SPANS = st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda each: each[0] != each[1])


@st.composite
def rules(draw: st.DrawFn) -> AlertRule:
    field = draw(st.sampled_from(["last", "bid", "change%", "change%/90s", "spread_bp", "last - bid", "age"]))
    operator = Operator.AT_LEAST if field == "age" else draw(st.sampled_from(Operator))
    frequency = draw(st.sampled_from(Frequency))
    band = draw(st.none() | st.floats(0, 1e6).map(lambda each: round(each, 4)))
    return AlertRule(
        scope=draw(SCOPES),
        field=field,
        operator=operator,
        level=draw(SECONDS if field == "age" else NUMBERS) if operator.has_level else 0.0,
        hold_s=0.0 if field == "age" else draw(st.just(0.0) | SECONDS),
        frequency=frequency,
        pause_s=draw(SECONDS) if frequency is Frequency.REPEAT else 0.0,
        band=band,
        is_band_percent=band is not None and draw(st.booleans()),
        between=draw(st.none() | SPANS.map(lambda each: Between(*each, "Asia/Hong_Kong"))),
        is_outside_hours=draw(st.booleans()),
        until=draw(st.none() | st.dates()),
        sound=draw(st.just("") | WORDS),
        does=tuple(each for each in DOES if draw(st.booleans())),
        note=draw(st.just("") | WORDS),
    )


@given(rules())
def test_a_canonical_line_is_read_as_the_same_rule(rule: AlertRule) -> None:
    assert read_rule(rule.text, NAMES) == rule


@given(st.text(max_size=60), st.integers(0, 60), st.text(max_size=3))
def test_no_text_does_more_than_be_refused(text: str, at: int, typo: str) -> None:
    good = 'list:"A b" change%/5m >= 2 for 30s band 0.5% between 09:30-16:00 UTC note "x"'
    for line in (text, good[:at] + typo + good[at:], good[:at]):
        try:
            rule_of(line)
        except RuleError as fault:
            assert 0 <= fault.at <= len(line)  # noqa: PT017
