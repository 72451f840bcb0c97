"""Names, identifiers and sensitive terms in extracts become findings."""
