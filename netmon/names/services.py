"""IANA service names by transport and port (Service Name and Transport Protocol Port Number Registry, RFC 6335).

In: transport and port. Out: the registered name or nothing. The table comes with the package
(``scripts/generate-services``) and is read at the first question; no file outside the package is looked at.
"""

from __future__ import annotations

from functools import cache

from . import _packed

TRANSPORTS = ("tcp", "udp", "sctp", "dccp")


def service(transport: str, port: int | None) -> str:
    """``https`` for (``tcp``, 443); empty when IANA has no name for it or there is no port."""
    if not port:
        return ""
    names = _table().get(transport)
    return names.get(port, "") if names else ""


def source() -> str:
    """Where the table comes from and of which date it is."""
    return _packed.read("services.z")[0]


@cache
def _table() -> dict[str, dict[int, str]]:
    """Lines of ``name port letters``, a letter for each transport."""
    table: dict[str, dict[int, str]] = {transport: {} for transport in TRANSPORTS}
    letters = {transport[0]: table[transport] for transport in TRANSPORTS}
    for line in _packed.read("services.z")[1].decode("ascii").splitlines():
        name, port, transports = line.split(" ")
        number = int(port)
        for letter in transports:
            letters[letter][number] = name
    return table
