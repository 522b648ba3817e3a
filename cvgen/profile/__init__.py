"""The models of a profile, and loading one: Source -> Profile."""
