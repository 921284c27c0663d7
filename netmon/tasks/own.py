"""Netmon's own reverse look-ups, which nobody wants to see (features 6.1).

In: the addresses the resolver asks for, and connections. Out: whether a connection is one of its look-ups: DNS of this very
process, or, where the process is not known, DNS whose every question is one of ours. Rule: bounded; DNS of another
process is never taken for ours, whatever it asks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from netmon.model.connection import Connection

LIMIT = 20_000
DNS_PORT = 53


class OwnLookups:
    """What this process asks name servers."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._questions: dict[str, None] = {}

    def asked(self, addresses: Iterable[str]) -> None:
        """These addresses are looked up from now on."""
        for address in addresses:
            try:
                pointer = ipaddress.ip_address(address).reverse_pointer
            except ValueError:
                continue
            self._questions.pop(pointer, None)
            self._questions[pointer] = None
            if len(self._questions) > LIMIT:
                del self._questions[next(iter(self._questions))]

    def __call__(self, connection: Connection) -> bool:
        """Whether it is one of our look-ups."""
        if connection.destination_port != DNS_PORT or connection.local_is_source is False:
            return False
        process = connection.process
        if process is not None:
            return process.pid == self._pid
        if connection.finding is None or not self._questions:
            return False
        names = [value for field in connection.finding.fields if field.name == "dns_query" for value in field.values]
        return bool(names) and all(str(name).rstrip(".").lower() in self._questions for name in names)

    def others(self, connections: tuple[Connection, ...]) -> tuple[Connection, ...]:
        """Those that are not ours; the same object when none is."""
        found = [one for one in connections if one.destination_port == DNS_PORT and self(one)]
        if not found:
            return connections
        ours = {one.identifier for one in found}
        return tuple(one for one in connections if one.identifier not in ours)
