"""Two versions become one, and nothing that either added is lost."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.merge import merged_map, merged_rows, merged_value

ROWS = st.lists(st.integers(0, 12), unique=True, max_size=10)
MAPS = st.dictionaries(st.integers(0, 5), st.integers(0, 3), max_size=5)


@given(ROWS, ROWS, ROWS)
def test_what_either_added_is_there_and_what_either_removed_is_gone(base, mine, theirs):
    whole = merged_rows(base, mine, theirs)
    assert len(whole) == len(set(whole))
    added = (set(mine) | set(theirs)) - set(base)
    removed = (set(base) - set(mine)) | (set(base) - set(theirs))
    assert set(whole) == (set(base) | added) - removed


@given(ROWS, ROWS)
def test_where_one_changed_nothing_the_other_counts_as_it_is(base, other):
    assert merged_rows(base, base, other) == other
    assert merged_rows(base, other, base) == other
    assert merged_rows(base, other, other) == other


@given(ROWS, ROWS, st.integers(20, 30))
def test_a_new_row_follows_the_one_that_it_was_put_behind(base, theirs, new):
    if not base:
        return
    mine = [base[0], new, *base[1:]]
    whole = merged_rows(base, mine, theirs)
    if base[0] in whole:
        assert whole[whole.index(base[0]) + 1] == new or whole.index(new) > whole.index(base[0])


def test_my_order_stands_where_only_i_moved_rows():
    assert merged_rows("abcd", "dabc", "abcXd") == list("dabcX")
    assert merged_rows("abcd", "dcba", "abd") == list("dba")


def test_theirs_stands_where_both_did():
    assert merged_rows("abc", "cab", "bca") == list("bca")


@given(MAPS, MAPS, MAPS)
def test_a_map_takes_each_key_from_whom_changed_it(base, mine, theirs):
    whole = merged_map(base, mine, theirs)
    for key in {*base, *mine, *theirs}:
        if theirs.get(key) != base.get(key):
            assert whole.get(key) == theirs.get(key)
        elif mine.get(key) != base.get(key):
            assert whole.get(key) == mine.get(key)
        else:
            assert whole.get(key) == base.get(key)


def test_a_value_is_mine_only_where_they_left_it():
    assert merged_value("a", "b", "a") == "b"
    assert merged_value("a", "b", "c") == "c"
