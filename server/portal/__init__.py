"""The portal side: online submissions come in here and their state is asked here."""
