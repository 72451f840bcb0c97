"""Sessions sealed in the database with the installation's secret, for both web sites: one may hold a form that waits, or who has signed in."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.signing import JSONSerializer
from django.utils.encoding import force_bytes


class SealedSessions:
    """Django's serializer of sessions, encrypted."""

    def dumps(self, obj: Any) -> bytes:
        return fernet().encrypt(JSONSerializer().dumps(obj))

    def loads(self, data: bytes) -> Any:
        return JSONSerializer().loads(fernet().decrypt(data))


def fernet() -> Fernet:
    """Encrypts with the installation's secret."""
    key = hashlib.sha256(b"schoolgate console\0" + force_bytes(settings.SECRET_KEY)).digest()
    return Fernet(base64.urlsafe_b64encode(key))
