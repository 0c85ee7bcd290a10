"""Answers to free questions, in the forms in which people and programs take them."""
