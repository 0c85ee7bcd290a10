"""What the sea asks: silences, loitering, port visits, identities shared or changed."""
