"""What changed between two states of a CV, in words."""
