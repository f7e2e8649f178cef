"""The screen Quản trị: people, calendar, unit, device, signing keys."""
