"""Can everybody who gets a file read it? One verdict per format; any surprise is unreadable, never open."""
