"""The screen Nhật ký: every event, its place in the chain, conflicts and acts without effect."""
