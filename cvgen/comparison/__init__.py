"""When two titles, names, venues or places are the same: shared by lint, diff and --against."""
