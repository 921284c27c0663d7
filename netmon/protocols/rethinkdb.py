"""RethinkDB (rethinkdb.com, "Writing a RethinkDB driver").

Claimed: the version a client begins with; from 1.0 on also the object that follows. Told: the version. Queries are not.
"""

from __future__ import annotations

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import one_of
from ._report import FieldSpec
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((28015,))
VERSIONS = {
    bytes.fromhex("35ba61af"): "0.1", bytes.fromhex("f23b9e72"): "0.2", bytes.fromhex("3ee8755f"): "0.3",
    bytes.fromhex("202d0c40"): "0.4", bytes.fromhex("c3bdc234"): "1.0",
}  # fmt: skip
ANSWERS = (b"SUCCESS\0", b'{"', b"ERROR")
VERSION = FieldSpec("rethinkdb_version", "Protocol version")


class _RethinkDb(StreamShell):
    """One connection."""

    __slots__ = ("_head",)

    label = "RethinkDB"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._head = b""

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  the version carries no time
        """The version."""
        if side == CLIENT:
            self._head += data[: 4 - len(self._head)]
            self.report.set(VERSION, VERSIONS.get(self._head, ""))
        return DONE if len(self._head) == 4 else MORE

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        return DONE if side == CLIENT else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """Version 1.0 goes on with an object, older ones wait for an answer."""
    if server and one_of(server, *ANSWERS) is NO:
        return NO
    claim = one_of(client, *VERSIONS) if client else MAYBE
    if claim is not YES:
        return claim
    if VERSIONS[client[:4]] == "1.0" and len(client) > 5:
        return YES if client[4:6] == b'{"' else NO
    if server:
        return YES if one_of(server, *ANSWERS) is YES else MAYBE
    return WEAK if context.server_port in PORTS else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_RethinkDb, judge, PORTS, frozenset(word[0] for word in VERSIONS))
