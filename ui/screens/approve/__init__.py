"""The screen Phê duyệt và ký."""
