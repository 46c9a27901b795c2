"""A run that nobody watches ends by itself, and leaves a picture of its window."""

from datetime import datetime
from pathlib import Path

from quotedesk.app.options import Options
from quotedesk.market.errors import QuotedeskError
from quotedesk.ui.window.window import Window

TOUR_S = 20.0
SCREENSHOT_AFTER_S = 5.0


def end_s(options: Options) -> float | None:
    """After so many seconds it ends; None: when somebody quits."""
    if options.is_tour:
        return TOUR_S
    if options.quit_after_s is None and options.screenshot:
        return SCREENSHOT_AFTER_S
    return options.quit_after_s


def save_picture(options: Options, window: Window) -> None:
    """Save one where it was asked for. Raises QuotedeskError."""
    path = options.screenshot
    if options.is_tour:
        path = Path.cwd() / f"quotedesk-{datetime.now().astimezone():%Y%m%d-%H%M%S}.png"
    if path is None:
        return
    if not window.picture().save(str(path), "PNG"):
        raise QuotedeskError(f"The picture could not be saved as {path}. May that folder be written to?")
    if options.is_tour:
        print(f"A picture of the window: {path}")
