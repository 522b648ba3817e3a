"""Gates that every finished PDF passes: security, text layer, layout."""
