"""A connection as the sockets at its ends are listed: protocol by number, local end, remote end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from netmon.model.connection import Connection, Direction

from . import words

Tuple = tuple[int, str, int, str, int]
"""IP protocol, local address, local port, remote address, remote port."""
ARP: Final = 0x0806


def local_ends(connection: Connection) -> Iterator[Tuple]:
    """The tuple as seen from each local end, the source's first."""
    both = both_ends(connection)
    if not both:
        return
    if connection.local_is_source is not False:
        yield both[0]
    if connection.local_is_source is False or connection.direction is Direction.LOCAL:
        yield both[1]


def both_ends(connection: Connection) -> tuple[Tuple, ...]:
    """The tuple as seen from source and destination."""
    number = ARP if connection.protocol == "arp" else words.protocol_number(connection.protocol)
    if number is None:
        return ()
    source, destination = connection.source, connection.destination
    port, other = connection.source_port or 0, connection.destination_port or 0
    return (number, source, port, destination, other), (number, destination, other, source, port)


def turned(key: Tuple) -> Tuple:
    """As the other end sees it."""
    return key[0], key[3], key[4], key[1], key[2]
