"""What was stopped: held messages, their review and release, the outbox and the audit, as one Django app."""
