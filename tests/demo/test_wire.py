"""Frames, answers and limits as values."""

from quotedesk.demo.wire import Allowance, Bucket, HttpAnswer, WireFrame


def test_a_frame_is_compact_json_or_a_text_as_it_stands() -> None:
    assert WireFrame({"a": [1, "币"]}).text == '{"a":[1,"币"]}'
    assert WireFrame("pong").text == "pong"


def test_what_a_quote_says_is_told_by_the_characters_of_its_frame() -> None:
    assert WireFrame({}, "quote", "A", {"last": "1.50", "bid": 1.5, "size": 2}).texts() == {
        "last": "1.50",
        "bid": "1.5",
        "size": "2",
    }


def test_an_answer_is_json_or_bytes_as_they_are() -> None:
    assert (HttpAnswer({"a": 1}).data, HttpAnswer(b"<html>").data) == (b'{"a":1}', b"<html>")


def test_an_allowance_is_for_any_stretch_of_its_length_and_counts_what_is_beyond() -> None:
    allowance = Allowance(2, 1.0)
    assert [allowance.spend(now_s) for now_s in (0.0, 0.5, 0.9, 1.6, 2.7)] == [True, True, False, True, True]
    assert not Allowance(5, 1.0).spend(0.0, 6)


def test_a_bucket_gives_so_many_at_once_and_gets_one_back_each_so_often() -> None:
    bucket = Bucket(2, 7.5)
    assert [bucket.spend(now_s) for now_s in (0.0, 0.0, 0.0, 7.4, 7.6, 7.7)] == [True, True, False, False, True, False]
