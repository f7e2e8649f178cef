"""The tour: the real windows driven by hand through days at an office, a picture of each step."""
