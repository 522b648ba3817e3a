"""Person, works, field types and selections: what the entries of a profile are made of."""
