"""Which addresses may be asked: https, a public host, redirects within one family; and how a mirror stands in for all.

Belongs here: judging an address before anything is sent. Does not: sending. Only `public_addresses` asks the resolver;
the rest is pure. An address is *logical* (``https://HOST/PATH``, what the ledger shows) until `on_mirror` maps it.
"""

import ipaddress
import re
import socket
from collections.abc import Mapping
from urllib.parse import urldefrag, urljoin, urlsplit

from requests.utils import requote_uri
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

MOVED: Mapping[str, frozenset[str]] = {
    "cloud.google.com": frozenset({"docs.cloud.google.com"}),
    "docs.anthropic.com": frozenset({"docs.claude.com", "platform.claude.com"}),
    "docs.claude.com": frozenset({"platform.claude.com"}),
    "github.com": frozenset({"raw.githubusercontent.com"}),
    "platform.moonshot.ai": frozenset({"platform.kimi.ai"}),
    "platform.openai.com": frozenset({"developers.openai.com"}),
}
"""Host → other hosts its redirects may lead to. ``www.`` and ``docs.`` of one host are family without being named."""

LONGEST = 2_000
"""Characters of the longest address that is asked."""

_NAME = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}")
_CARRYING_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


class NotAllowed(Exception):
    """An address that is not asked, and why: one sentence."""


def host_of(url: str) -> str:
    """The host an address names, ``""`` where none can be read. Never raises."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def checked(url: str) -> str:
    """A logical address in its normal spelling: dot segments resolved, no fragment, no port.

    Raises `NotAllowed` unless it is https, on the usual port, to a host by name, with no user name in it.
    """
    if len(url) > LONGEST:
        raise NotAllowed(f"the address is longer than {LONGEST} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("the address cannot be read") from None
    host = parts.hostname or ""
    if parts.scheme != "https":
        raise NotAllowed(f"only https is asked, not {parts.scheme[:20]!r}")
    if "@" in parts.netloc:
        raise NotAllowed("the address carries a user name")
    if port not in (None, 443):
        raise NotAllowed(f"the address names port {port}")
    if not _NAME.fullmatch(host):
        raise NotAllowed(f"{host[:80]!r} is not the name of a public host")
    query = f"?{parts.query}" if parts.query else ""
    try:
        # Dot segments, also when spelled %2e, go before a mirror's prefix is put in front: none may climb out of it.
        return f"https://{host}{parse_url(requote_uri(f'https://{host}{parts.path}{query}')).request_uri}"
    except LocationParseError:
        raise NotAllowed("the address cannot be read") from None


def on_mirror(url: str, mirror: str) -> str:
    """``https://HOST/PATH`` → ``MIRROR/https/HOST/PATH``; the address itself where there is no mirror."""
    return f"{mirror}/https/{url.removeprefix('https://')}" if mirror else url


def redirected(url: str, location: str, mirror: str = "") -> str:
    """Where a redirect of the logical address `url` leads, as a checked logical address.

    A mirror may answer with its own address or with the recorded one; both are read. Raises `NotAllowed` when the
    target is no address we ask or lies outside the family of `url`'s host.
    """
    try:
        seen = urljoin(mirror, location) if location.startswith("/") else location
        own = f"{mirror}/https/"
        target = f"https://{seen.removeprefix(own)}" if mirror and seen.startswith(own) else urljoin(url, location)
    except ValueError:
        raise NotAllowed("the redirect's address cannot be read") from None
    target = checked(urldefrag(target).url)
    before, after = host_of(url), host_of(target)
    if _bare(before) != _bare(after) and after not in MOVED.get(before, ()):
        raise NotAllowed(f"the redirect leads from {before} to {after}")
    return target


def _bare(host: str) -> str:
    return host.removeprefix("www.").removeprefix("docs.")


def family(host: str) -> str:
    """One name for all hosts that redirects may lead between: who asks one of them may have to ask another."""
    links = [{_bare(before), *map(_bare, after)} for before, after in MOVED.items()]
    found = {_bare(host)}
    while more := set().union(*(link for link in links if link & found)) - found:
        found |= more
    return min(found)


def public_addresses(host: str, port: int | None) -> list[str]:
    """The addresses the resolver gives for `host`, each once, in its order.

    Raises `NotAllowed` when any of them is not public, OSError when there is none.
    """
    found = dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    for address in found:
        if not is_public(address):
            raise NotAllowed(f"{host} resolves to {address}, which is not a public address")
    return list(found)


def is_public(address: str) -> bool:
    """Whether an IP address is on the open internet; an IPv4 address inside an IPv6 one is judged as itself."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if any(ip in network for network in _CARRYING_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
