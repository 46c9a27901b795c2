"""An outlet never waits for its reader, says when that is slow or gone, and writes whole lines."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from quotedesk.watch.outlet import LATE_S, MOST_BYTES, Outlet
from tests.fakes.clock import FakeClock
from tests.fakes.pipe import pipe

LINE = b"x" * 99 + b"\n"


def test_a_quick_reader_has_a_line_at_once() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([b"one\n", b"two\n"])
            assert here.read() == b"one\ntwo\n"
            assert here.outlet.is_empty
            assert not here.outlet.is_behind()

    asyncio.run(main())


def test_what_a_full_pipe_does_not_take_comes_later_whole_and_in_order() -> None:
    async def main() -> None:
        async with pipe() as here:
            lines = [b"%06d %s" % (number, LINE) for number in range(5_000)]
            for start in range(0, len(lines), 500):
                here.outlet.put(lines[start : start + 500])
            assert not here.outlet.is_empty
            assert await here.read_all() == b"".join(lines)
            assert here.calls == ["empty"]

    asyncio.run(main())


def test_a_pipe_that_is_not_read_holds_whole_lines_only() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([LINE] * 10_000)
            held = here.read()
            assert len(held) % len(LINE) == 0
            assert held

    asyncio.run(main())


def test_a_line_longer_than_what_a_pipe_takes_at_once_comes_whole() -> None:
    async def main() -> None:
        async with pipe() as here:
            long = b"y" * 300_000 + b"\n"
            here.outlet.put([LINE, long, LINE])
            assert await here.read_all() == LINE + long + LINE

    asyncio.run(main())


def test_a_reader_is_slow_once_a_line_has_waited_too_long_or_too_much_waits() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([LINE] * 2_000)
            assert not here.outlet.is_behind()
            here.clock.advance(LATE_S + 0.001)
            assert here.outlet.is_behind()
            await here.read_all()
            assert not here.outlet.is_behind()
            here.outlet.put([LINE] * (MOST_BYTES // len(LINE) + 2_000))
            assert here.outlet.is_behind()

    asyncio.run(main())


def test_the_end_of_the_reader_is_noticed_without_a_write() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.hang_up()
            async with asyncio.timeout(10):
                while not here.calls:
                    await asyncio.sleep(0)
            assert here.calls == ["gone"]
            assert here.outlet.is_gone
            assert here.outlet.fault is None
            here.outlet.put([LINE])  # nobody minds

    asyncio.run(main())


@pytest.mark.parametrize("waiting", [1, 10_000])
def test_the_end_of_the_reader_is_noticed_at_a_write(waiting: int) -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([LINE] * (waiting - 1))
            here.hang_up()
            here.outlet.put([LINE])
            async with asyncio.timeout(10):
                while not here.calls:
                    await asyncio.sleep(0)
            assert here.calls == ["gone"]
            assert here.outlet.fault is None

    asyncio.run(main())


def test_whoever_shares_the_pipe_may_still_wait_on_it() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([LINE])
            assert os.get_blocking(here.writing)

    asyncio.run(main())


def test_a_file_is_written_and_added_to(tmp_path: Path) -> None:
    async def main() -> None:
        path = tmp_path / "out"
        path.write_bytes(b"before\n")
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        outlet = Outlet(file, FakeClock())
        outlet.put([LINE] * 1_000)
        assert outlet.is_empty
        await outlet.close()
        os.close(file)
        assert path.read_bytes() == b"before\n" + LINE * 1_000

    asyncio.run(main())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only there can a disk be full on request")
def test_a_full_disk_is_a_fault_and_no_end_of_a_reader() -> None:
    async def main() -> None:
        file = os.open("/dev/full", os.O_WRONLY)
        assert stat.S_ISCHR(os.fstat(file).st_mode)
        outlet = Outlet(file, FakeClock())
        gone: list[bool] = []
        outlet.on_gone = lambda: gone.append(True)
        outlet.put([LINE])
        assert gone == [True]
        assert outlet.fault
        os.close(file)

    asyncio.run(main())


def test_at_the_end_a_reader_that_reads_on_gets_all() -> None:
    async def main() -> None:
        async with pipe() as here:
            here.outlet.put([LINE] * 5_000)

            async def read() -> bytes:
                read = b""
                while len(read) < 5_000 * len(LINE):
                    await asyncio.sleep(0)
                    read += here.read()
                return read

            read_task = asyncio.get_running_loop().create_task(read())
            await here.outlet.close()
            assert await read_task == LINE * 5_000

    asyncio.run(main())
