"""Which server of a relay's cluster is dialled next, and whether at once."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.feed.relay_servers import MOST_SERVERS, RelayServers

NAMES = ["10.0.0.1:8447", "10.0.0.2:8447", "10.0.0.3:8447"]


def test_a_relay_that_is_alone_is_waited_for():
    servers = RelayServers(random.Random(1))
    servers.told([])
    servers.held()
    assert [servers.lost() for _ in range(3)] == [False, False, False]
    assert servers.current == ""


def test_the_others_of_a_cluster_are_dialled_in_turn_with_the_users_address_and_then_with_waits():
    servers = RelayServers(random.Random(1))
    servers.told(NAMES)
    dialled = [(servers.lost(), servers.current) for _ in range(6)]
    first, users, second, again, own, _ = [name for _, name in dialled]
    assert {first, second} == set(NAMES[1:])
    assert users == again == "", "soon: what servers call themselves may be out of reach from here"
    assert own == NAMES[0]
    assert [is_at_once for is_at_once, _ in dialled] == [True, True, True, False, False, False]


def test_servers_that_take_a_desk_and_cut_it_get_one_round_without_waits():
    servers = RelayServers(random.Random(1))
    servers.told(NAMES)
    at_once = 0
    for _ in range(100):
        at_once += servers.lost()
        servers.told(NAMES)  # by the next one, which cuts it, too
    assert at_once <= len(NAMES)
    servers.held()
    assert servers.lost()


def test_desks_do_not_all_go_to_the_same_one():
    chosen = set()
    for seed in range(20):
        servers = RelayServers(random.Random(seed))
        servers.told(NAMES)
        servers.lost()
        chosen.add(servers.current)
    assert chosen == set(NAMES[1:])


def test_of_several_addresses_of_the_user_each_has_its_turn():
    servers = RelayServers(random.Random(1))
    servers.also(["wss://b:1", "wss://c:1"])
    assert [(servers.lost(), servers.current) for _ in range(4)] == [
        (True, "wss://b:1"),
        (True, "wss://c:1"),
        (False, ""),
        (False, "wss://b:1"),
    ]
    servers.held()
    servers.told(NAMES)  # by b, which is the first of them
    dialled = []
    for _ in range(12):
        servers.lost()
        dialled.append(servers.current)
    assert set(dialled) == {"", "wss://b:1", "wss://c:1", *NAMES}, "those that they name do not displace them"
    servers.forget()
    assert servers.current == ""


@settings(max_examples=50)
@given(st.lists(st.text(max_size=30) | st.sampled_from(NAMES), max_size=40))
def test_whatever_a_server_names_the_users_address_is_dialled_again(names):
    servers = RelayServers(random.Random(1))
    servers.lost()
    servers.told(names)
    seen = [(servers.lost(), servers.current)[1] for _ in range(MOST_SERVERS + 1)]
    assert "" in seen
    assert all(name == "" or name.rpartition(":")[2].isdigit() for name in seen)
