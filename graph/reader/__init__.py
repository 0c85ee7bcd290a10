"""The graph → answers: what is current, by concept, in parametrised Cypher that only reads."""
