"""Around the window: diagnostics, bug report, doctor, preferences, metrics."""
