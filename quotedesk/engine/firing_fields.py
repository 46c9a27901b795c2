"""What an alert tells other programs: `watch --alert` prints it, readers are told it."""

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import HIDDEN
from quotedesk.quotes.figures import rfc3339


def firing_fields(rule: str, firing: Firing, *, is_hidden: bool = False) -> dict[str, str]:
    """What is known, as text; `rule` as the user wrote it. The time is the exchange's where the feed says it.

    `is_hidden`: the values are amounts, and none may be shown.
    """
    value = HIDDEN if is_hidden else firing.value.text
    said = {"rule": rule, "symbol": firing.instrument.code, "feed": firing.instrument.feed, "value": value}
    if firing.before.is_known and not is_hidden:
        said["before"] = firing.before.text
    times = {"time": rfc3339(firing.time_utc_s) or rfc3339(firing.received_utc_s)}
    times |= {"since": rfc3339(firing.since_utc_s), "until": rfc3339(firing.until_utc_s)}
    said |= {name: time for name, time in times.items() if time}
    return {**said, "kind": firing.kind.value}


def data_of(firing: Firing, *, is_hidden: bool = False) -> dict[str, object]:
    """The same of a rule of the program's own, for commands and webhooks: as `watch --json --alert` prints it."""
    hidden = HIDDEN if is_hidden else ""
    about = {"field": firing.rule.field_shown(hidden), "note": firing.rule.note}
    return {"type": "alert", **firing_fields(firing.rule.line(hidden), firing, is_hidden=is_hidden), **about}
