"""The demonstration: a made-up school, a dozen telling messages, and what becomes of each."""
