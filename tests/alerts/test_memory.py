"""What is kept over a restart survives its own form."""

import msgspec

from quotedesk.alerts.memory import AlertMemory


def test_a_shorter_form_of_earlier_is_read() -> None:
    memory = AlertMemory("X@demo last >= 1", "demo", "X", "5", None, 1.0)
    data = msgspec.msgpack.encode(memory)
    assert msgspec.msgpack.decode(data, type=AlertMemory) == memory
    earlier = msgspec.msgpack.encode(msgspec.msgpack.decode(data)[:4])
    assert msgspec.msgpack.decode(earlier, type=AlertMemory).value == "5"
