"""Settings > Relay, in whole programs: pairing, keys, and what is said where one is not let in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import RelayKey
from quotedesk.codec.relay_wire import RelayedQuote, RelayedStatus
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.ui.dialogs.relay_section import RelaySection
from tests.fakes.certificate import self_signed
from tests.fakes.keyring import MemoryKeyring, memory_keyring
from tests.fakes.program import instruments, program_at_work
from tests.fakes.relay_end import quote, state
from tests.fakes.relay_server import FakeRelay, fake_relay

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.fixture
async def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeRelay]:
    async with fake_relay(self_signed(tmp_path)) as here:
        key = here.key().text
        monkeypatch.setattr(secrets, "key", lambda provider: key)
        yield here


async def test_the_settings_pair_test_use_and_leave(relay, tmp_path, monkeypatch):
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "key", lambda provider: kept.get(provider))
    monkeypatch.setattr(secrets, "keep_key", kept.__setitem__)
    async with program_at_work(tmp_path / "one", symbols=instruments("NVDA.US@alltick")) as one:
        dialog = one.program._preferences.open()
        section = dialog.findChild(RelaySection)
        answers: list[str] = []
        show = section.show_answer
        monkeypatch.setattr(section, "show_answer", lambda words, good: (answers.append(words), show(words, good)))
        QTest.keyClicks(section.address, relay.url)
        section.test.click()
        await one.until(lambda: any("Not paired yet" in words for words in answers))
        mistyped = f"{relay.code.text[:-1]}{'A' if relay.code.text[-1] != 'A' else 'B'}"
        QTest.keyClicks(section.code, mistyped)
        section.pair.click()
        await one.until(lambda: "mistyped" in answers[-1])
        assert section.code.text() == mistyped, "there to be mended"
        section.code.clear()
        QTest.keyClicks(section.code, relay.code.text)
        section.pair.click()
        await one.until(lambda: answers[-1].startswith("Paired with hut. The key is in the keyring"))
        assert section.code.text() == ""
        assert "desk7:anna" in kept[f"relay {relay.url.removeprefix('wss://')}"]
        await one.until(lambda: relay.ends and one.program._settings.chosen.relay == relay.url)
        section.test.click()
        await one.until(lambda: answers[-1].startswith("hut answered"))
        section.slow.click()
        await one.until(lambda: any(said.get("slow") for end in relay.ends for said in end.wants))
        assert one.program._settings.chosen.relay_slow
        assert section.use.text() == "Use none"
        monkeypatch.setenv("QUOTEDESK_RELAY_KEY", "another")
        QTest.keyClicks(section.code, "ABCD")
        section.pair.click()
        await one.until(lambda: answers[-1].startswith("QUOTEDESK_RELAY_KEY is set here, and counts before"))
        section.use.click()
        await one.until(lambda: one.program.feeds.relay is None and one.program._settings.chosen.relay == "")
        QTest.keyClicks(section.address, relay.url)
        section.use.click()
        await one.until(lambda: one.program.feeds.relay is not None and answers[-1].startswith("hut answered"))


async def test_a_desk_that_the_relay_does_not_know_is_led_to_the_place_of_the_code(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "key", lambda provider: None)
    async with program_at_work(tmp_path / "one", relay="hut:8447", symbols=instruments("NVDA.US")) as one:
        await one.until(lambda: one.window.banner.words()[0] == "Not paired yet")
        assert "quotedesk pair hut:8447 CODE" in one.window.banner.words()[1]
        assert one.window.status_bar.words().startswith("relay Not paired")
        one.window.banner.settings.click()
        section = one.program._preferences.open().findChild(RelaySection)
        assert section.address.text() == "hut:8447", "of the command line, too"
        await one.until(section.code.hasFocus)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    monkeypatch.delenv("QUOTEDESK_RELAY_KEY", raising=False)
    monkeypatch.setattr(secrets, "_lent", {})
    with memory_keyring() as here:
        yield here


async def test_each_of_two_relays_keeps_its_key_and_one_is_forgotten_by_name(ring, tmp_path, monkeypatch):
    async with AsyncExitStack() as running:
        home, office = [
            await running.enter_async_context(fake_relay(self_signed(folder)))
            for folder in (tmp_path / "home", tmp_path / "office")
            if not folder.mkdir()
        ]
        ring.kept["quotedesk", "relay"] = home.key().text  # as it was kept when there was one for all
        one = await running.enter_async_context(
            program_at_work(tmp_path / "one", relay=home.url, symbols=instruments("NVDA.US"))
        )
        await one.until(lambda: home.ends)
        section = one.program._preferences.open().findChild(RelaySection)
        answers: list[str] = []
        show = section.show_answer
        monkeypatch.setattr(section, "show_answer", lambda words, good: (answers.append(words), show(words, good)))
        section.address.setText(office.url)
        QTest.keyClicks(section.code, office.code.text)
        section.pair.click()
        await one.until(lambda: office.ends and answers[-1].startswith("Paired with hut"))
        section.address.setText(home.url)
        section.use.click()
        section.used.emit(home.url)  # the second click of a hasty hand
        await one.until(lambda: len(home.ends) > 1 and answers[-1].startswith("hut answered"))
        section.address.setText(office.url)
        await one.until(section.forget.isEnabled)
        section.forget.click()
        host = office.url.removeprefix("wss://")
        await one.until(lambda: answers[-1].startswith(f"This desk's key for the relay {host} is forgotten"))
        assert list(ring.kept) == [("quotedesk", "relay")], "that of the other relay stays"
        await one.until(lambda: not section.forget.isEnabled())
        section.forgotten.emit(office.url)  # the second click of a hasty hand
        await one.until(lambda: answers[-1].startswith("There was no key"))
        assert list(ring.kept) == [("quotedesk", "relay")], "nor does it go the second time"
        section.address.setText(home.url)
        await one.until(section.forget.isEnabled)
        section.forget.click()
        await one.until(lambda: one.window.banner.words()[0] == "Not paired yet")
        assert ring.kept == {}


async def test_another_certificate_is_told_with_what_to_do_and_a_new_pairing_connects_at_once(ring, tmp_path):
    async with AsyncExitStack() as running:
        relay = await running.enter_async_context(fake_relay(self_signed(tmp_path)))
        older = RelayKey("desk1", "anna", 64 * "0", nkeys.new_seed(bytes(32)))
        ring.kept["quotedesk", f"relay {relay.url.removeprefix('wss://')}"] = older.text
        one = await running.enter_async_context(
            program_at_work(tmp_path / "one", relay=relay.url, symbols=instruments("NVDA.US"))
        )
        await one.until(lambda: one.window.banner.words()[0] == "Not trusted")
        _, reason, comes = one.window.banner.words()
        assert "shows another certificate than at the pairing" in reason
        assert "it may be an impostor" in reason
        assert comes == "", "it is not dialled again"
        assert one.window.status_bar.words().startswith("relay Not trusted")
        await one.until(lambda: "it may be an impostor" in one.window.table.model().reading(0).reason)
        one.window.banner.settings.click()
        section = one.program._preferences.open().findChild(RelaySection)
        await one.until(section.code.hasFocus)
        assert "it may be an impostor" in section.answer, "what to do stands beside the field"
        QTest.keyClicks(section.code, relay.code.text)
        QTest.keyClick(section.code, Qt.Key.Key_Return)
        await one.until(lambda: relay.ends and relay.ends[-1].lasts)
        await relay.say(quote("demo", "NVDA.US", RelayedQuote(1, "5")), state("demo", "NVDA.US", RelayedStatus("live")))
        await one.live("NVDA.US")


async def test_without_a_keyring_the_key_lasts_until_the_end(relay, tmp_path, monkeypatch):
    lent: dict[str, str] = {}

    def no_ring(provider: str, text: str) -> None:
        raise NoKeyringError(provider)

    monkeypatch.setattr(secrets, "keep_key", no_ring)
    monkeypatch.setattr(secrets, "lend_key", lent.__setitem__)
    async with program_at_work(tmp_path / "one", symbols=instruments("NVDA.US@alltick")) as one:
        section = one.program._preferences.open().findChild(RelaySection)
        QTest.keyClicks(section.address, relay.url)
        QTest.keyClicks(section.code, relay.code.text)
        section.pair.click()
        await one.until(lambda: f"relay {relay.url.removeprefix('wss://')}" in lent)
