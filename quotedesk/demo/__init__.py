"""The built-in feed server: an AllTick double with made-up or recorded prices."""
