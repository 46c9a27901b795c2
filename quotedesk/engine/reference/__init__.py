"""What one feed tells by HTTP, each kind of thing in a file of its own; the program knows `engine/reference_data`.

feed_reference   the worker: one request at a time       feed_context   what all of one feed's parts stand on
snapshots        what rows count their change from       directories    the symbols there are, and how they trade
line_candles     the past of the lines                   chart_candles  the candles that charts ask for
wanted_rows      whose turn it is                        spent          budgets that go on over runs
"""
