"""What the air asks: positions that were spoofed, circling and holding."""
