"""Mail in: the session with the school's mail server, from the greeting to the final reply, and nothing of the content."""

from gateway.smtp.server import Server, serve

__all__ = ["Server", "serve"]
