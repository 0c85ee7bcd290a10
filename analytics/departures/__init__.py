"""Who departs from their own life: anomalous agents without labels, with p-values, budgets and reasons."""
