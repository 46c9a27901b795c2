"""HTTP beside WebSocket on one port, through real sockets."""

import asyncio
import json
from pathlib import Path

import pytest

from quotedesk.demo.server import DemoServer, ServerOptions
from tests.fakes.bare_client import fetched, venue_at_work

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


BATCH = {"code": "700.HK", "kline_type": 8, "kline_timestamp_end": 0, "query_kline_num": 2, "adjust_type": 0}
TARGET = "/quote-stock-b-api/batch-kline?token=T"


async def test_a_post_is_read_whole_however_it_is_cut() -> None:
    body = json.dumps({"trace": "t" * 60, "data": {"data_list": [BATCH] * 5}, "padding": "x" * 20_000}).encode()
    head = f"POST {TARGET} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    async with DemoServer(ServerOptions()) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rpartition(":")[2]))
        for start in range(0, len(head), 7):
            writer.write(head[start : start + 7].encode())
            await writer.drain()
            await asyncio.sleep(0)
        writer.write(body[:9000])
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(body[9000:])
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert len(json.loads(answer.partition(b"\r\n\r\n")[2])["data"]["kline_list"]) == 5


@pytest.mark.parametrize(
    ("fault", "shows"),
    [
        ("cut", lambda status, data: status == 200 and data.startswith(b"[") and not data.endswith(b"]")),
        ("login-page", lambda status, data: status == 200 and data.startswith(b"<!doctype html>")),
        (
            "error-inside",
            lambda status, data: status == 200 and json.loads(data) == {"message": "Internal server error"},
        ),
        ("http-status 503", lambda status, data: status == 503),
    ],
)
async def test_answers_are_spoiled_on_request_and_mended_again(tmp_path: Path, fault: str, shows) -> None:
    async with venue_at_work(tmp_path, "coinbase", fault) as venue:
        assert shows(*await venue.fetch("/products"))
        await venue.server.act(f"{fault.split()[0]} off")
        assert len(await venue.json("/products")) > 20
        statuses = [line["status"] for line in venue.lines("request")]
        assert statuses == [503 if "503" in fault else 200, 200]


async def test_a_refusal_says_how_long_to_wait_and_a_token_is_not_logged(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "finnhub", "http-status 429", "retry-after 12") as venue:
        status, _, headers = await fetched(venue.server.url, "/api/v1/quote?symbol=AAPL&token=SECRET")
        assert (status, headers["Retry-After"]) == (429, "12")
        (line,) = venue.lines("request")
        assert (line["path"], line["query"]) == ("/api/v1/quote", {"symbol": "AAPL"})
        assert (await fetched(venue.server.url, "/nothing"))[0] == 429
        await venue.server.act("http-status off")
        assert (await fetched(venue.server.url, "/nothing"))[0] == 404
