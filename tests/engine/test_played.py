"""What comes of a recording at its end."""

from collections.abc import Callable
from pathlib import Path

from quotedesk.config.paths import Profile
from quotedesk.engine.played import play_to_end
from quotedesk.engine.services import Services
from quotedesk.market.batch import Batch
from tests.fakes.made_recording import MadeRecording


def test_it_has_states_quotes_and_counts_and_feeds_one_more_consumer(tmp_path: Path) -> None:
    with MadeRecording(tmp_path / "r", ["BTCUSDT", "ETHUSDT"]) as tape:
        tape.tick("BTCUSDT", "1.50")
        tape.tick("BTCUSDT", "3.00")
        tape.seeded("ETHUSDT", 7)
    batches: list[Batch] = []
    seconds: list[int] = []

    class Consumer:
        def consume(self, batch: Batch) -> None:
            batches.append(batch)

    def follow(services: Services, *_: object) -> Callable[[], None]:
        services.consumers.append(Consumer())
        return lambda: seconds.append(1)

    played = play_to_end(tmp_path / "r", Profile(tmp_path / "none"), follow)
    assert played.symbols == {"BTCUSDT@demo": "live", "ETHUSDT@demo": "pending"}
    assert played.applied_by_code == {"BTCUSDT@demo": 2}
    assert played.quotes["BTCUSDT@demo"]["change_pct"] == "100.0000"
    assert played.quotes["ETHUSDT@demo"] == {"prev_close": "7"}
    assert sum(len(batch.updates) for batch in batches) == 2
    assert seconds
    assert not (tmp_path / "none").exists()
