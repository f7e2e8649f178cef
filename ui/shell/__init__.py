"""The frame around the screens: rail, top bar, status line, login, lock, first start."""
