"""Typing and changing: add line, editors, completion, edits of rows."""
