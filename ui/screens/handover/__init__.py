"""The screen Trả kết quả."""
