"""Values of a profile: dates, names, URLs, the text policy, inline markup."""
