"""Which folder of this machine is the copy of a store: by the store's address and endpoint, in the user's cache.

Belongs here: reading ``ALMANAC_HOME`` where it is an address. Does not: reaching the store (`store`).
"""

import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from warehouse.home import Home, Unusable, put

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
"""The variables that say where an S3 is that is not Amazon's; the first that is set counts."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def folder_of(address: str) -> Path:
    """This machine's copy of the store at an address, with its mark in it. `Unusable` where the address is none."""
    address = address.rstrip("/")
    refuse_keys(address)
    parts = urlsplit(address)
    if not (parts.netloc or parts.path.strip("/")):
        raise Unusable("ALMANAC_HOME names no bucket; it is written like s3://bucket/prefix")
    digest = place(address)
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{parts.scheme}-{parts.netloc}{parts.path}").strip("-")
    home = Home(_caches() / f"{name[:60]}-{digest[:12]}")
    if not home.mark.exists():
        try:
            put(home.mark, json.dumps({"address": address, "place": digest, "owner": secrets.token_hex(8)}).encode())
        except OSError as error:
            raise Unusable(f"the copy of {address} cannot be kept at {home.root}: {error.strerror}") from None
    return home.root


def refuse_keys(address: str) -> None:
    """Raise `Unusable`, which does not repeat it, where an address holds what may be a key."""
    try:
        parts = urlsplit(address)
        has_keys = "@" in parts.netloc or bool(parts.query or parts.fragment)
    except ValueError:
        raise Unusable("ALMANAC_HOME is no address; it is written like s3://bucket/prefix") from None
    if has_keys:
        raise Unusable(
            "ALMANAC_HOME and the endpoint are scheme, host and path alone: keys are told by the environment"
            " (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), never in an address"
        )


def endpoint() -> str:
    """The S3 of the environment; empty for Amazon's."""
    found = next((value for name in ENDPOINTS if (value := os.environ.get(name, "").strip())), "")
    refuse_keys(found)
    return found


def may_be_plain(at: str) -> bool:
    """Whether the endpoint may be asked over plain http. `Unusable` where it would be, and nobody said so."""
    parts = urlsplit(at)
    if parts.scheme != "http":
        return False
    if parts.hostname in LOOPBACK or os.environ.get("AWS_ALLOW_HTTP", "").strip().lower() in ("1", "true"):
        return True
    raise Unusable("keys go over plain http to this machine only: use https, or set AWS_ALLOW_HTTP=true")


def place(address: str) -> str:
    """What tells one store from another: its address, and the endpoint where that is looked for."""
    return hashlib.sha256(f"{address} {endpoint()}".encode()).hexdigest()


def _caches() -> Path:
    configured = os.environ.get("ALMANAC_CACHE", "").strip()
    if configured:
        return Path(configured).expanduser().resolve()
    caches = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(caches) if caches else Path.home() / ".cache") / "almanac"
