"""A port that is kept: for who knows it, and for nobody else."""

import socket

import pytest

from tests.fakes.port import held_port


def test_it_refuses_until_a_server_listens_there_and_again_after_that() -> None:
    address = "127.0.0.1", held_port()
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError), socket.create_connection(address):
            pass
        with socket.create_server(address), socket.create_connection(address):
            pass
