"""Parts shared by the screens where papers are approved, signed, sealed and given away."""
