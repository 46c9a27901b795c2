"""quotedesk: a live watchlist. Imports point down this list only; rooms on one line do not know each other.

cli       the command line
app       the program with a window: Qt's composition | watch   the program in a terminal
ui        what the trader sees: Qt widgets            | engine  the program without a screen: feeds, runners, sources
net       the only room that opens sockets outwards   | demo    the built-in feed server
feed      one conversation with a provider, sans-IO   | quotes  what the feeds said | config  disk and keyring
lists     what the user keeps: book, lists, sections, edits, symbol directories; how typed text is read
alerts    rules, their text, when they fire: pure
codec     one file per feed: bytes in, values out     | formats one file per list format
market    the nouns: instrument, number, trade, quote, batch, states, hours, errors

A quote's way: net.client > feed.session > quotes.quotes > engine's consumers; the table paints what is newer than it
painted. An edit's way: ui > lists.edits > app.main > engine.feeds > feed.session > net.client.
"""

__version__ = "0.1.0"
