"""Stays as trackintel, scikit-mobility and movingpandas find them, in an environment of their own."""
