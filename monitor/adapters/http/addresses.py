"""Which addresses are out on the public internet, and which lead inside."""

import ipaddress
from typing import Final

# Source: IANA special-purpose address registries, 2026. They are listed although `is_global`
# knows most of them, because its answer differs between patch releases of Python.
_INSIDE_V4: Final = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

# Everything else (loopback, link-local, unique-local, multicast, IPv4-mapped, 64:ff9b::/96)
# lies outside of what is allocated for the public internet.
_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")
_INSIDE_V6: Final = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Tell whether a literal address is on the public internet; what is not an address is not."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        inside = any(parsed in network for network in _INSIDE_V4)
    else:
        inside = parsed not in _PUBLIC_V6 or any(parsed in network for network in _INSIDE_V6)
    return parsed.is_global and not inside


def literal(host: str) -> str:
    """Return the address if the host is one as it stands, else an empty string.

    A name under `localhost` is one: no resolver may be asked for it (RFC 6761, section 6.3).
    """
    if host.rstrip(".").rpartition(".")[2] == "localhost":
        return "127.0.0.1"
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""
