"""ADS-B in the formats that receivers and their programs give it in."""
