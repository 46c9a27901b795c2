"""quotedesk: a live watchlist. Imports point down this list only; rooms on one line do not know each other.

cli       the command line
app       composition: builds everything, runs the loop, stops it
ui        what the trader sees | net      moves bytes | demo     the built-in feed server
store     what the screen will show | feed     the conversation, sans-IO | config   disk and keyring
codec     one file per feed: bytes in, values out
market    the nouns: instrument, tick, errors
"""

__version__ = "0.1.0"
