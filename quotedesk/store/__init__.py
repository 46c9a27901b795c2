"""What the screen will show; numpy, no Qt, no clock."""
