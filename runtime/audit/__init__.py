"""Who asked what: written to the log before the answer leaves, in chains that show what was taken out."""
