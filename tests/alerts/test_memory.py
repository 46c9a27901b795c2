"""What is kept over a restart survives its own form."""

import msgspec

from quotedesk.alerts.memory import AlertMemory, HeldMemory


def test_a_shorter_form_of_earlier_is_read() -> None:
    memory = AlertMemory("X@demo last >= 1", "demo", "X", "5", None, 1.0)
    data = msgspec.msgpack.encode(memory)
    assert msgspec.msgpack.decode(data, type=AlertMemory) == memory
    earlier = msgspec.msgpack.encode(msgspec.msgpack.decode(data)[:4])
    assert msgspec.msgpack.decode(earlier, type=AlertMemory).value == "5"


def test_a_hold_is_kept_and_a_program_before_it_reads_the_rest() -> None:
    held = HeldMemory("101", 1.5, "99", None, 100.0, "fired", 2.5)
    memory = AlertMemory("X@demo last >= 1 for 30s", "demo", "X", "101", 1.5, 3.0, held=held)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(memory), type=AlertMemory) == memory
