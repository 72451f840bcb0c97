"""SMTP in, SMTP out and the process around them: the only package that opens a mail socket."""
