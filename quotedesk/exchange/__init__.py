"""Lists from and for other programs by command, without a window: what the dialogs do, with the same code."""
