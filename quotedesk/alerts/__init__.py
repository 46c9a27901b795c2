"""Alerts: rules, their text, when they fire. Pure: no clock, no disk, no wire."""
