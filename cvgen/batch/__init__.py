"""Many profiles: tasks, and what builds them."""
