"""The screen Phát hành."""
