"""Figures on loopback: no symbols, no keys, no names of people."""

import asyncio

from quotedesk.relay.commands_wire import DeskState, FeedState, RelayState
from quotedesk.relay.metrics_page import MetricsPage

STATE = RelayState(
    "office",
    "h:1",
    "ab",
    "leads",
    12.0,
    [DeskState("laptop", "anna", 2, 7, cuts=1, kicks=7), DeskState("phone", "anna")],
    [FeedState("alltick", ["stock up", "other waiting: AAPL.US refused"], 9, 4, 5)],
    500,
    25.5,
    server_memory_mb=30.0,
)


async def asked(url: str, request: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))
    writer.write(request)
    said = (await reader.read()).decode()
    writer.close()
    return said


def test_prometheus_reads_it_and_nobody_is_named() -> None:
    async def run() -> None:
        page = MetricsPage(lambda: STATE)
        assert page.address == ""
        await page.start(0)
        said = await asked(page.address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert said.startswith("HTTP/1.1 200 OK")
        for line in (
            "quotedesk_relay_desks 2",
            "quotedesk_relay_desks_connected 1",
            "quotedesk_relay_connections 2",
            "quotedesk_relay_kicks_total 7",
            "quotedesk_relay_quotes_total 500",
            'quotedesk_relay_rows_parked{feed="alltick"} 4',
            'quotedesk_relay_links_up{feed="alltick"} 1',
            "quotedesk_relay_server_memory_bytes 30000000",
        ):
            assert f"{line}\n" in said
        for name in ("anna", "laptop", "AAPL", "office"):
            assert name not in said
        assert (await asked(page.address, b"GET / HTTP/1.1\r\n\r\n")).startswith("HTTP/1.1 404")
        assert await asked(page.address, b"x" * 10_000 + b"\r\n\r\n") == ""  # garbage
        await page.close()

    asyncio.run(run())
