"""Saved queries: Cypher that analysts need again and again, with typed parameters, as files in YAML."""
