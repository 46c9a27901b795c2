"""The program without a screen: no Qt. What a window, a terminal, a relay and a test all stand on."""
