"""The console: sign-in, the queue, one message and its decisions. It never speaks SMTP; it writes a row and the gateway sends."""
