"""Reports that people read: a period of the graph as one self-contained page."""
