"""What people are told: one notice is one wording, shown as text and as HTML, never with a value that was found."""
