"""Facts go in, a verdict comes out: pure functions over plain data, and the shipped policy packs."""
