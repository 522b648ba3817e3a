"""cvgen: one YAML profile per person, a typeset CV PDF and all that must agree with it."""
