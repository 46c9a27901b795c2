"""Figures for Prometheus on loopback, only where they are asked for: no symbols, no keys, no names of people."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from quotedesk.relay.commands_wire import RelayState

_REQUEST_S = 2.0
_LONGEST_LINE = 4096


class MetricsPage:
    """`state` says how the relay is.

    Attributes:
        address: its URL; "" where it is off.
    """

    def __init__(self, state: Callable[[], RelayState]) -> None:
        self.address = ""
        self._state = state
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        """Listen on loopback; 0 is a free port. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_LONGEST_LINE)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/metrics"

    async def close(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(_REQUEST_S):
                line = await reader.readline()
                while (await reader.readline()).strip():
                    pass
                is_there = line.split()[:2] == [b"GET", b"/metrics"]
                body = text_of(self._state()).encode() if is_there else b"There is /metrics\n"
                status = "200 OK" if is_there else "404 Not Found"
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()


def text_of(state: RelayState) -> str:
    """The state in the exposition format."""
    connected = [each for each in state.desks if each.connections]
    lines = [
        f"quotedesk_relay_up_seconds {state.up_s}",
        f"quotedesk_relay_leads {int(state.role == 'leads')}",
        f"quotedesk_relay_quotes_total {state.quotes}",
        f"quotedesk_relay_quotes_per_second {state.quotes_per_s}",
        f"quotedesk_relay_desks {len(state.desks)}",
        f"quotedesk_relay_desks_connected {len(connected)}",
        f"quotedesk_relay_connections {sum(each.connections for each in state.desks)}",
        f"quotedesk_relay_cuts_total {sum(each.cuts for each in state.desks)}",
        f"quotedesk_relay_kicks_total {sum(each.kicks for each in state.desks)}",
        f"quotedesk_relay_lists_kept {int(not state.lists_fault)}",
        f"quotedesk_relay_server_starts_total {state.server_starts}",
    ]
    if state.server_memory_mb is not None:
        lines.append(f"quotedesk_relay_server_memory_bytes {state.server_memory_mb * 1e6:.0f}")
    for feed in state.feeds:
        lines.append(f'quotedesk_relay_rows_wanted{{feed="{feed.feed}"}} {feed.wanted}')
        lines.append(f'quotedesk_relay_rows_parked{{feed="{feed.feed}"}} {feed.parked}')
        ups = sum(link.split()[1].startswith("up") for link in feed.links)
        lines.append(f'quotedesk_relay_links_up{{feed="{feed.feed}"}} {ups}')
    return "\n".join(lines) + "\n"
