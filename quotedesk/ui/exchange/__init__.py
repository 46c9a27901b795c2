"""To and from other places: drag, drop, paste, import, export."""
