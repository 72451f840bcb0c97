"""SMTP out: `Relay.send` offers a message to the next hop with its bytes unchanged, and tells per recipient what was answered."""

from gateway.relay.relay import Relay
from gateway.relay.replies import NextHopDown, Replies

__all__ = ["NextHopDown", "Relay", "Replies"]
