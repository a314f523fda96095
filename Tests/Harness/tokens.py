"""Sign-in tokens that `lethe invite` would never make. Signs with the `openssl` command."""

import base64
import json
import subprocess
import time


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(room="demo", provider="rivera", **changes):
    """A valid set; `None` leaves one out."""
    now = int(time.time())
    members = {"iss": "lethe", "sub": provider, "room": room, "iat": now, "exp": now + 3600,
               **changes}
    return {name: value for name, value in members.items() if value is not None}


def signed(relay, claims, header=None, key=None):
    """A token with these claims under the key of `lethe certs`, or another one."""
    key = key or relay.directory / "certs/invite/development.key"
    header = header or {"alg": "ES256", "typ": "JWT", "kid": "development"}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(),
                         capture_output=True, check=True).stdout
    return text + "." + encoded(raw_signature(der))


def raw_signature(der):
    """DER's two integers as the 64 bytes of JOSE."""
    length = der[3]
    r, rest = der[4:4 + length], der[4 + length:]
    s = rest[2:2 + rest[1]]
    return b"".join(int.from_bytes(part, "big").to_bytes(32, "big") for part in (r, s))


def new_key(path):
    """A P-256 private key in a file; gives the public one."""
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-out", path], capture_output=True, check=True)
    return subprocess.run(["openssl", "pkey", "-in", path, "-pubout"], capture_output=True,
                          check=True, text=True).stdout
