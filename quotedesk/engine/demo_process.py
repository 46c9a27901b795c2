"""The demo server as a child process: started with the app, started again if it dies, ended with the app."""

import asyncio
import subprocess
import sys

from quotedesk.market.errors import QuotedeskError

SEED = 1
START_S = 10.0


def ourselves() -> list[str]:
    """The command that starts this program once more."""
    safely = ["-P"] if sys.flags.safe_path else []  # import nothing from the user's folder, as we do not
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, *safely, "-m", "quotedesk"]


class DemoProcess:
    """A `quotedesk demo-server` of our own; see demo.server.Options for what it is told."""

    def __init__(self) -> None:
        self._command = [
            *ourselves(),
            "demo-server",
            "--port",
            "0",
            "--seed",
            str(SEED),
            "--by-clock",
            "--listed-only",
            "--exit-with-parent",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""

    @property
    def is_running(self) -> bool:
        """Was it started, and has it not ended?"""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it without waiting for it. Raises OSError."""
        self.stop()  # one that died left its pipes
        # On Windows the server knows by the end of its input that we are gone; elsewhere by its parent.
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    async def find_url(self) -> str:
        """Its URL; starts it (again) where it does not run. Raises QuotedeskError where it will not start."""
        if self._process is None or self._process.poll() is not None:
            try:
                self.start()
            except OSError as fault:
                raise QuotedeskError(f"The demo server could not be started: {fault.strerror}") from fault
        process = self._process
        assert process is not None
        assert process.stdout is not None
        if not self._url:
            try:
                async with asyncio.timeout(START_S):
                    line = await asyncio.to_thread(process.stdout.readline)
                url = line.decode("ascii", "replace").strip()
                if not url.startswith("ws://"):
                    raise QuotedeskError("The demo server ended before it said where it listens")
                self._url = url
            except TimeoutError:
                raise QuotedeskError(f"The demo server did not start within {START_S:.0f} s") from None
            finally:
                if not self._url:
                    process.kill()  # its end is what the thread waits for
        return self._url

    def stop(self) -> None:
        """End it."""
        self._url = ""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(1.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
        self._process = None
