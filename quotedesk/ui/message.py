"""What is told in passing or as an error: a value that any part of a window may give; what a screen reader is told."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent


class Level(enum.Enum):
    """How much a message matters."""

    PASSING = "passing"  # leaves by itself
    ERROR = "error"  # stays until the user closes it


@dataclass(frozen=True, slots=True)
class Message:
    """Something to tell the user; plain text, whoever wrote it.

    Attributes:
        undoes: it tells of the newest edit, which Undo takes back.
        details: opens all that there is to say, or offers what can be done; None: `text` says it all.
        details_word: on its button.
    """

    text: str
    level: Level = Level.PASSING
    undoes: bool = False
    details: Callable[[], None] | None = None
    details_word: str = "Details"

    @property
    def is_error(self) -> bool:
        return self.level is Level.ERROR


def as_message(told: "Message | str", *, is_error: bool = False) -> Message:
    """A message made of what may be a plain line."""
    return told if isinstance(told, Message) else Message(told, Level.ERROR if is_error else Level.PASSING)


def announce(about: QObject, text: str, *, is_urgent: bool = False) -> None:
    """Let a screen reader say it; the keyboard stays where it is. `about` is a widget of the window that tells it."""
    if not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(about, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if is_urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
