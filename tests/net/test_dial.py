"""The words for what may go wrong; the dialling itself is tested with the client."""

import pytest

from quotedesk.net.dial import plain, status_words


@pytest.mark.parametrize(
    ("status", "words"), [(401, "401 (Unauthorized)"), (503, "503 (Service Unavailable)"), (799, "799")]
)
def test_a_status_has_its_name(status: int, words: str) -> None:
    assert status_words(status) == words


def test_no_fault_is_told_with_an_address_in_it() -> None:
    for fault in (
        OSError(111, "x 1.2.3.4"),
        OSError("[Errno 111] Connect call failed ('1.2.3.4', 443)"),
        TimeoutError(),
    ):
        assert "1.2.3.4" not in plain(fault)
