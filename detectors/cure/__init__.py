"""Mending a message: only what the plan names is changed, every other byte stays. Pure; `apply` runs in the sandboxed worker."""
