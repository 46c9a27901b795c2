"""Qt widgets and adapters: no asyncio, no wire."""
