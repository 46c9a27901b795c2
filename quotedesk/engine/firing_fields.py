"""What an alert tells other programs: `watch --alert` prints it, readers are told it."""

from quotedesk.alerts.firing import Firing
from quotedesk.quotes.figures import rfc3339


def firing_fields(rule: str, firing: Firing) -> dict[str, str]:
    """What is known, as text; `rule` as the user wrote it. The time is the exchange's where the feed says it."""
    said = {"rule": rule, "symbol": firing.instrument.code, "feed": firing.instrument.feed, "value": firing.value.text}
    if firing.before.is_known:
        said["before"] = firing.before.text
    times = {"time": rfc3339(firing.time_utc_s) or rfc3339(firing.received_utc_s)}
    times |= {"since": rfc3339(firing.since_utc_s), "until": rfc3339(firing.until_utc_s)}
    said |= {name: time for name, time in times.items() if time}
    return {**said, "kind": firing.kind.value}
