"""An OpenID Connect provider on a free loopback port: one form to sign in with, real RS256 tokens, and claims that the test chooses."""

import base64
import contextlib
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "schoolgate", "a secret between the two", "k1"


@dataclass(slots=True)
class Provider:
    """What it says of whoever signs in, and what it was asked."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # of the next person
    wrong: dict[str, Any] = field(default_factory=dict)  # put over iss, aud, exp … of the next token
    says_when: bool = True  # writes auth_time
    down: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)  # queries to the page where one signs in
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def token(self, asked: dict[str, str]) -> str:
        """The ID token for one code."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        said |= {"auth_time": now} if self.says_when else {}
        said |= {"nonce": asked["nonce"]} if "nonce" in asked else {}
        return jwt.encode(
            said | self.claims | self.wrong, self.key, algorithm="RS256", headers={"kid": KEY_ID}
        )

    def take(self, form: dict[str, str]) -> dict[str, Any] | None:
        """A code for a token, once, with the client's secret and the proof of who began (PKCE)."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked.get("code_challenge"):
            return None
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": self.token(asked)}

    def document(self) -> dict[str, Any]:
        """What the discovery address says."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def page(self, asked: dict[str, str]) -> str:
        """The page on which a person signs in: one button."""
        self.asked.append(asked)
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(k)}" value="{html.escape(v)}">'
            for k, v in asked.items()
        )
        return (
            '<!DOCTYPE html><html lang="en"><title>The school</title><link rel="icon" href="data:,"><main><h1>Sign in to the school</h1>'
            f'<form method="post" action="/authorize">{hidden}<button>I am me</button></form></main></html>'
        )

    def let_in(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked.get('state', '')})}"


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Run one while the block lasts."""
    one = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    server.daemon_threads = True
    one.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(one: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """No line per request."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if one.down:
                self.answer(503, "text/plain", "")
            elif parts.path == "/.well-known/openid-configuration":
                self.answer(200, "application/json", json.dumps(one.document()))
            elif parts.path == "/keys":
                self.answer(200, "application/json", json.dumps(one.keys()))
            elif parts.path == "/authorize":
                self.answer(200, "text/html", one.page(dict(parse_qsl(parts.query))))
            else:
                self.answer(404, "text/plain", "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path == "/token":
                given = one.take(form)
                self.answer(
                    200 if given else 400, "application/json", json.dumps(given or {"error": "invalid_grant"})
                )
            else:
                self.send_response(302)
                self.send_header("Location", one.let_in(form))
                self.send_header("Content-Length", "0")
                self.end_headers()

        def answer(self, status: int, kind: str, text: str) -> None:
            raw = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler
