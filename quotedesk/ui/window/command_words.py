"""What people also call the commands: so that whoever searches by another program's word finds them."""

# What stands in a command's words or menus -> words that find it as well.
OTHER_WORDS = {
    "theme": "dark light mode night appearance skin",
    "colours": "colors palette scheme",
    "remove": "delete erase drop",
    "delete": "remove erase",
    "add symbols": "search find insert new ticker instrument",
    "copy symbols": "clipboard",
    "edit symbol": "rename replace change",
    "zoom in": "nearer magnify enlarge",
    "zoom out": "farther smaller",
    "pan ": "scroll move earlier later",
    "candles": "candlesticks bars ohlc",
    "range": "timeframe interval period",
    "compare": "overlay",
    "chart": "graph plot",
    "heat map": "treemap tiles",
    "settings": "preferences options configuration token api key account plan limit relay pair sound beep font text "
    "language notices webhook power",
    "feed": "source provider exchange venue",
    "rows": "density height spacing size",
    "columns": "fields",
    "formula": "calculated custom expression",
    "sort": "order rank",
    "alert": "alarm notification trigger price",
    "snooze": "mute silence sleep",
    "acknowledge": "dismiss clear",
    "flag": "mark star favourite colour label",
    "note": "comment remark",
    "position": "holding portfolio quantity profit",
    "import": "open load file csv",
    "export": "save download file csv",
    "mini strip": "compact small ticker widget",
    "always on top": "pin float foreground",
    "link group": "sync connect",
    "list": "watchlist tab",
    "section": "group header divider",
    "keys": "shortcuts hotkeys keyboard help",
    "messages": "log errors history",
    "diagnostics": "performance metrics statistics debug",
    "report a problem": "bug feedback support",
    "save the last 10 minutes": "record capture recording",
    "about": "version",
    "quit": "exit close",
    "undo": "back revert",
    "redo": "repeat again",
    "flash": "blink highlight",
    "hide amounts": "privacy",
}


def other_words(spoken: str) -> str:
    """The words that find a command as well which is called so, its menus included."""
    spoken = spoken.casefold()
    return " ".join(words for said, words in OTHER_WORDS.items() if said in spoken)
