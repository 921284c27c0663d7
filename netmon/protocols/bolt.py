"""Bolt, the protocol of Neo4j (neo4j.com, "Bolt Protocol").

Claimed: the preamble and four versions in order. Told: the version chosen, and as a risk that the client logs on with a
password. Names, the password and statements are not.
"""

from __future__ import annotations

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SERVER, YES, ApplicationProtocol, Claim, Context, Status
from ._judge import magic
from ._report import FieldSpec
from ._secrets import IN_CLEAR
from ._shell import StreamProtocol, StreamShell

PORTS = frozenset((7687,))
PREAMBLE = bytes.fromhex("6060b017")
HANDSHAKE, CHOICE = 20, 4
LARGEST = 20
MAXIMUM_LOGON = 4096
"""Bytes behind the client's handshake in which its log-on is looked for."""
LOGONS = (b"\x01", b"\x6a")
"""Messages that may carry credentials: HELLO (INIT before version 3), and LOGON from 5.1 on."""
VERSION = FieldSpec("bolt_version", "Version")


class _Bolt(StreamShell):
    """One connection."""

    __slots__ = ("_at", "_chosen", "_message", "_said", "_silent")

    label = "Bolt"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._chosen = b""
        self._said = bytearray()
        """By the client, from its preamble on."""
        self._at = HANDSHAKE
        """Where its next chunk begins."""
        self._message = bytearray()
        self._silent = False
        """The client says nothing more about who it is."""

    @property
    def held(self) -> int:
        """Of what the client said."""
        return len(self._said) + len(self._message)

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002  versions carry no time
        """The server's choice: minor, major. Then the client's log-on."""
        if side == CLIENT:
            self.report.state = self.report.state or "HANDSHAKE"
            if not self._silent:
                self._said += data[: HANDSHAKE + MAXIMUM_LOGON - len(self._said)]
                self._log_on()
        elif len(self._chosen) < CHOICE:
            self._chosen += data[: CHOICE - len(self._chosen)]
            if len(self._chosen) == CHOICE:
                if not any(self._chosen):
                    self.report.state = "REFUSED"
                    return DONE
                self.report.set(VERSION, f"{self._chosen[3]}.{self._chosen[2]}")
                self.report.state = "NEGOTIATED"
        return DONE if self._silent and len(self._chosen) == CHOICE else MORE

    def _log_on(self) -> None:
        """Messages of chunks, each with its length, up to an empty one; a structure's tag is its second octet."""
        said = self._said
        while not self._silent and len(said) >= self._at + 2:
            end = self._at + 2 + int.from_bytes(said[self._at : self._at + 2], "big")
            if len(said) < end:
                break
            chunk = said[self._at + 2 : end]
            self._at = end
            self._message += chunk
            if not chunk and self._message:
                logon = self._message[1:2] in LOGONS
                given = logon and b"credentials" in self._message
                if given:
                    self.report.risk(IN_CLEAR)
                self._silent = given or not logon
                self._message.clear()
        self._silent |= len(said) == HANDSHAKE + MAXIMUM_LOGON

    def gap(self, side: int, length: int) -> Status:  # noqa: ARG002  nothing can be learnt behind a gap
        """What is missing cannot be told."""
        self._silent = True
        return DONE if side == SERVER or len(self._chosen) == CHOICE else MORE


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Preamble, then versions with a zero octet each."""
    if len(server) >= 4 and (server[0] or server[3] > LARGEST) and server[:4] != b"\0\0\1\xff":
        return NO
    claim = magic(client, PREAMBLE) if client else MAYBE
    if claim is not YES:
        return claim
    if any(client[at] for at in range(4, min(len(client), HANDSHAKE), 4)):
        return NO
    return YES if len(client) >= HANDSHAKE else MAYBE


PROTOCOL: ApplicationProtocol = StreamProtocol(_Bolt, judge, PORTS, frozenset(PREAMBLE[:1]))
