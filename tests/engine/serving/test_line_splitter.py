"""Bytes in, lines out: whatever the pieces, the same lines, and never more kept than a line may be long."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.engine.serving.line_splitter import LineSplitter

LONGEST = 8
texts = st.text(alphabet="ab\r \n\x00", max_size=80).map(str.encode)


def lines_of(pieces: list[bytes]) -> list[bytes]:
    splitter, lines = LineSplitter(LONGEST), []
    for piece in pieces:
        splitter.feed(piece)
        while (line := splitter.next()) is not None:
            lines.append(line)
        assert splitter.waiting <= LONGEST
    return lines


@given(texts, st.lists(st.integers(0, 80), max_size=8))
def test_the_pieces_make_no_difference(text: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(places)]
    assert lines_of(pieces) == lines_of([text])


@given(texts)
def test_each_line_that_is_no_blank_comes_once_and_one_too_long_as_nothing(text: bytes) -> None:
    whole = text.split(b"\n")
    expected = [b"" if len(line) > LONGEST else line for line in whole[:-1] if len(line) > LONGEST or line.strip()]
    expected += [b""] if len(whole[-1]) > LONGEST else []
    assert lines_of([text]) == expected


def test_ten_million_bytes_without_an_end_are_told_once_and_the_next_line_is_read() -> None:
    splitter = LineSplitter()
    lines = []
    for _ in range(100):
        splitter.feed(b"x" * 100_000)
        while (line := splitter.next()) is not None:
            lines.append(line)
        assert splitter.waiting <= 400_000
    splitter.feed(b"x\nnext\n")
    assert lines == [b""]
    assert splitter.next() == b"next"
