"""Document -> TeX, and the engine that sets it."""
