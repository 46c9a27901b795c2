"""The ports are tested under plain asyncio and under Qt's loop, as in a window."""

from tests.net.conftest import anyio_backend

__all__ = ["anyio_backend"]
