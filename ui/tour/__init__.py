"""The tour: the real windows driven by hand through days at an office, with pictures of each step."""
