"""Where a request comes from: the one reading of addresses, and what may be kept of them."""

from contextlib import suppress
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from ..logs import V4, V6

NOWHERE = "0.0.0.0"  # noqa: S104 - stands for an address that is none; nothing listens there


def address_of(request: HttpRequest) -> str:
    """The address a request comes from.

    Behind proxies of ours, the one that the outermost of them saw; what visitors write themselves
    in X-Forwarded-For is not read.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        address = hops[-settings.TRUSTED_PROXIES]
    return address.removeprefix("::ffff:")


def network_of(request: HttpRequest) -> str:
    """The first address of the network a request comes from, /24 or /48; NOWHERE if unknown."""
    with suppress(ValueError):
        address = ip_address(address_of(request).partition("%")[0])
        network = ip_network(f"{address}/{V4 if address.version == 4 else V6}", strict=False)
        return str(network.network_address)
    return NOWHERE
