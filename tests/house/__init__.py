"""The house itself: what every file and every setting must keep to."""
