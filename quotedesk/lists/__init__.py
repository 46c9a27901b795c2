"""What the user keeps: book, lists, sections, marks, edits, symbol directory; and how typed or pasted text is read."""
