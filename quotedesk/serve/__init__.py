"""Quotes for other programs without a window: the engine, and who reads it.

main   composition: the profile, signals, the end     options   what the command line asked for
"""
