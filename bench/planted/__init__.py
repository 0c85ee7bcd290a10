"""Odd behaviour planted where it was not, so that its truth is known: in the harbour's week, and offshore."""
