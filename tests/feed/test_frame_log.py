"""The last frames: bounded, in order, and whole as far as that is bearable."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.frame_log import KEPT, KEPT_IN_BYTES, KEPT_OUT_BYTES, Frame, FrameLog

STEPS = st.lists(
    st.tuples(st.sampled_from(["stock", "other"]), st.booleans(), st.integers(1, 3 * KEPT)), min_size=1, max_size=12
)


@given(STEPS)
def test_the_last_200_of_all_connections_are_kept_in_order(steps: list[tuple[str, bool, int]]) -> None:
    log = FrameLog()
    all_frames: list[Frame] = []
    for at_s, (endpoint, is_out, count) in enumerate(steps):
        batch = [f"{len(all_frames) + each}".encode() for each in range(count)]
        if is_out:
            for data in batch:
                log.went(endpoint, data, float(at_s))
        else:
            log.came(endpoint, batch, float(at_s))
        all_frames += [Frame(float(at_s), endpoint, is_out, data, len(data)) for data in batch]
        assert log.frames() == all_frames[-KEPT:]


def test_of_a_long_frame_the_beginning_is_kept_and_its_size() -> None:
    log = FrameLog()
    log.came("stock", [b"x" * 8_000_000, b"y" * KEPT_IN_BYTES], 1.0)
    log.went("stock", "é".encode() * KEPT_OUT_BYTES, 2.0)
    long, short, sent = log.frames()
    assert (long.data, long.size_bytes, long.is_cut) == (b"x" * KEPT_IN_BYTES, 8_000_000, True)
    assert (short.size_bytes, short.is_cut) == (KEPT_IN_BYTES, False)
    assert (len(sent.data), sent.size_bytes, sent.is_cut) == (KEPT_OUT_BYTES, 2 * KEPT_OUT_BYTES, True)


def test_the_bytes_are_held_and_not_copied() -> None:
    data = b'{"cmd_id":22998}'
    log = FrameLog()
    log.came("stock", [data], 1.0)
    log.went("stock", data, 2.0)
    assert [frame.data is data for frame in log.frames()] == [True, True]


def test_a_binary_frame_is_kept_as_it_was() -> None:
    log = FrameLog()
    log.went("stock", b"\x00\xff", 1.0)
    assert log.frames()[0].data == b"\x00\xff"
