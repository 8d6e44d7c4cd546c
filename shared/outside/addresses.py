"""Which addresses are called from inside: those that anybody on the internet could call, and no other."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """A private, loopback, link-local, multicast or reserved address is not called."""

    def __init__(self, host: str) -> None:
        super().__init__("not a public address")
        self.host = host


@dataclass(frozen=True, slots=True)
class Found:
    """An address of a host, and its family as sockets know it."""

    address: str
    family: int


Lookup = Callable[[str, int], Awaitable[Sequence[Found]]]
"""The addresses of a host and port; OSError when there are none."""


async def system_lookup(host: str, port: int) -> Sequence[Found]:
    """As the machine's own resolver has it."""
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(Found(str(info[4][0]), int(info[0])) for info in infos))


async def looked_up(lookup: Lookup, host: str, port: int, *, loopback: bool) -> Sequence[Found]:
    """The addresses of a host. AddressRefused when one of them is not to be called: who lists both hopes for a choice."""
    found = await lookup(host, port)
    if not found:
        raise OSError("no address")
    for one in found:
        if not permitted(one.address, loopback=loopback):
            raise AddressRefused(host)
    return found


def permitted(host: str, *, loopback: bool) -> bool:
    """Whether a literal address may be called; a name may, until its addresses are known.

    What ends in a number is no name but an old way to write an address (127.1, 2130706433), which resolvers understand.
    """
    try:
        address = _embedded(ip_address(host.strip("[]").partition("%")[0]))
    except ValueError:
        return not host.rstrip(".").rpartition(".")[2].isdigit()
    if address.is_loopback:
        return loopback
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_loopback(address: str) -> bool:
    """Whether a literal address is this very machine."""
    return _embedded(ip_address(address.partition("%")[0])).is_loopback


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, by whichever way it would be reached."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
