"""What the feeds said: numpy columns by slot, history, order. No Qt, no clock."""
