"""Profile -> Document: what is said, in which order, in which words; no output syntax."""
