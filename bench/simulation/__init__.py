"""The deterministic simulator of sync: one seed is one history, and a failing seed replays."""
