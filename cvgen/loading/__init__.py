"""Source -> Profile: the model of the whole file, works libraries, checks, explained mistakes."""
