"""BibTeX files -> works."""
