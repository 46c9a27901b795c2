"""The whole program beside a server that speaks HTTP: what comes by it is there without a single live price."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from tests.engine.conftest import no_proxies
from tests.fakes.http_server import Asked, Said, fake_http
from tests.fakes.program import instruments, program_at_work

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.usefixtures("no_proxies"),
]
__all__ = ["no_proxies"]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def binance(asked: Asked) -> Said:
    """Binance's HTTP; its WebSocket is away."""
    match asked.path:
        case "/api/v3/exchangeInfo":
            said: object = {"symbols": [symbol("BTC"), symbol("ETH"), symbol("XYZ")]}
        case "/api/v3/klines":
            minute = int(time.time()) // 60 * 60
            said = [bar(minute - 60 * ago, 100 - ago) for ago in range(16, -1, -1)]
        case _:
            return Said(status=503)
    return Said(json.dumps(said).encode())


def symbol(base: str) -> dict[str, object]:
    step = {"filterType": "PRICE_FILTER", "minPrice": "0", "maxPrice": "0", "tickSize": "0.00100000"}
    return {"symbol": f"{base}USDT", "status": "TRADING", "baseAsset": base, "quoteAsset": "USDT", "filters": [step]}


def bar(start_s: int, price: float) -> list[object]:
    prices = [f"{price:.2f}"] * 4
    return [start_s * 1000, *prices, "1", start_s * 1000 + 59_999, "1", 1, "1", "1", "0"]


async def test_lines_and_symbols_are_there_though_no_price_comes(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    async with fake_http(binance) as there:
        start: dict[str, Any] = {"urls": {"binance": there.url.replace("http:", "ws:")}, "feed": "binance"}
        async with program_at_work(profile, symbols=instruments("BTCUSDT@binance ETHUSDT@binance"), **start) as here:
            quotes = here.program.quotes
            slots = quotes.slots(Instrument("binance", code) for code in ("BTCUSDT", "ETHUSDT")).tolist()
            await here.until(lambda: all(slot in quotes.history.bar_s for slot in slots))
            past = quotes.history.window(slots[1], time.monotonic(), 30).last
            assert past[-1] == 100
            assert past[2] < 90
            assert quotes.received_s[slots[0]] != quotes.received_s[slots[0]], "no price came"
            assert RowState(int(quotes.state[slots[0]])) is not RowState.LIVE
            await here.until(lambda: DirectoryStore(here.profile.directories).count("binance") == 3, 15)
            await here.until(lambda: quotes.decimals_of("last", slots[0]) == 3)
            await here.until(here.window.status_bar.fetching.isHidden)
        paths = [(each.path, tuple(each.query.items())) for each in there.asked if "upgrade" not in each.headers]
        assert len(paths) == len(set(paths)) == 3, "each once"
    async with program_at_work(profile, **start) as again:
        await again.until(lambda: all(slot in again.program.quotes.history.bar_s for slot in slots))
        assert again.program.quotes.history.window(slots[0], time.monotonic(), 30).last[-1] in (99, 100)
