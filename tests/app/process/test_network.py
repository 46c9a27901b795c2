"""The system's news of its network."""

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from quotedesk.app.process.network import Network

Reach = QNetworkInformation.Reachability


@pytest.fixture
def told(qtbot: QtBot):
    parent = QObject()
    network, told = Network(parent), []
    network.changed.connect(lambda: told.append(True))
    if not network.is_watching:
        pytest.skip("this system tells nothing of its network")
    yield told
    parent.deleteLater()


@pytest.mark.parametrize(
    ("reach", "is_news"),
    [(Reach.Online, True), (Reach.Local, True), (Reach.Disconnected, False), (Reach.Unknown, False)],
)
def test_a_network_that_is_there_again_is_news(told: list[bool], reach: Reach, is_news: bool) -> None:
    QNetworkInformation.instance().reachabilityChanged.emit(reach)
    assert told == [True] * is_news


def test_another_way_to_the_network_is_news(told: list[bool]) -> None:
    QNetworkInformation.instance().transportMediumChanged.emit(QNetworkInformation.TransportMedium.WiFi)
    assert told == [True]
