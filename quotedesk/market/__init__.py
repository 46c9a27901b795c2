"""The nouns. Standard library and msgspec.Struct only."""
