"""Document -> TeX: emitting, escaping, themes, fonts."""
