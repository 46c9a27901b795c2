"""The commands: a file for each family, with its options, their checks, and what it hands over to.

window       without a command       watch, serve, relay, exchange, record, keys, demo_server   each of its own name
tools        where, doctor           shared_options   options that several have

What a command runs is imported when it runs: no command waits for the rooms of another.
"""
