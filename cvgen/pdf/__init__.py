"""The finished PDF: metadata, gates, and getting it to its place."""
