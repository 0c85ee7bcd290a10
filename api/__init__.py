"""People and programs: HTTP, command line, reports."""
