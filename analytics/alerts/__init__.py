"""Standing alerts: what rules ask to be told at once, evaluated on each batch of fixes."""
