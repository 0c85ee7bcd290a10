"""Cursor-on-Target, as XML and as the protobuf of TAK."""
