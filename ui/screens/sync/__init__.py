"""The screen Đồng bộ: what waits and why, contradictions with both sides, machines, diagnosis."""
