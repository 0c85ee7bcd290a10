"""Feeds of people and what they carry: phones, GPS receivers, cards."""
