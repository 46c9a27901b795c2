"""What one sees of alerts: rules and their bells, what fired, the log."""
