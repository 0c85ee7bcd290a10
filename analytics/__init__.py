"""Tracks to behaviour to findings: pure functions, one concept a file, and the worker that runs them."""
