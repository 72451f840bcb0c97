"""Names, identifiers and sensitive words in extracts become findings; spaCy and presidio are known here alone."""
