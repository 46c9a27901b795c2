"""The chart beside the list: it follows the current row."""
