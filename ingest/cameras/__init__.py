"""Feeds of cameras: plates read, faces known again, objects followed."""
