"""One text for one content, however it came."""

from quotedesk.codec.relay_contents import SharedList, SharedRow, canonical, joined, parts, read, written


def test_order_and_blanks_do_not_matter():
    list_ = SharedList("demo", (SharedRow("A@demo"), SharedRow(label="Tech")), tab=2)
    shuffled = b'{ "tab": 2, "rows": [ {"symbol":"A@demo"}, {"label":"Tech"} ], "feed": "demo" }'
    assert canonical(shuffled) == written(list_)
    assert read(shuffled, SharedList) == list_


def test_null_and_garbage_are_nothing():
    assert canonical(b"null") is None
    assert canonical(b"{oops") is None
    assert parts(b"[1]") == {}


def test_an_object_is_its_parts():
    assert joined(parts(b'{"b":{"x":1},"a":"2"}')) == b'{"a":"2","b":{"x":1}}'
