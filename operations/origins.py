"""Where somebody comes from."""

from ipaddress import ip_address, ip_network


def plain_address(written: str | None) -> str | None:
    """As both databases give it back: the canonical bytes must not depend on which."""
    try:
        address = ip_address((written or "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def origin_of(address: str | None) -> str:
    """What is counted together: an address, or of IPv6 the network around it."""
    plain = plain_address(address)
    if plain is None:
        return "unknown"
    return str(ip_network((plain, 64), strict=False)) if ":" in plain else plain
