"""The composed document: its blocks, inlines and languages; no output syntax."""
