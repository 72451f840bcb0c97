"""The sender's own pages: what was found beside what mends it, and what became of it. Masked rows alone; no private key."""
