"""How fast and how large: every measure beside a peer and beside the raw limit, in one run on one machine."""
