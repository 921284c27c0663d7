"""SSH: RFC 4253 (transport), and the banner of the old SSH 1.x.

Claimed: an identification string ``SSH-protoversion-softwareversion`` (RFC 4253 section 4.2) from either side; lines a
server sends before it are allowed.

Told: both identification strings, the algorithms both sides offer as HASSH and HASSHServer, the algorithms they agree on
(section 7.1: the first of the client's list that the server has), and the state: ``BANNER`` until both have identified
themselves, ``KEYEXCHANGE`` until both have sent NEWKEYS, ``AUTHENTICATION`` while packets are as few as a login takes, then
``ESTABLISHED``. What comes after NEWKEYS is encrypted, so the last step is a judgement by volume, not by content. Of a
client that speaks HTTP: host and user agent of its request.

Binary packets are read in clear until NEWKEYS only. Bounded: ``MAXIMUM_PACKET`` bytes held per side.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from netmon.errors import NeedMore, ParseError
from netmon.model.finding import Update

from ._contract import CLIENT, DONE, MAYBE, MORE, NO, SERVER, YES, Claim, Context, Inspector, Status, Switch
from ._cursor import Cursor
from ._http_knock import Knock, is_request, may_be_request
from ._report import FieldSpec, Report

IDLE_TIMEOUT: Final = 1800.0
MAXIMUM_LINE: Final = 255
"""RFC 4253 section 4.2, including CR and LF."""
MAXIMUM_PREAMBLE: Final = 8192
"""Bytes of lines a server may send before its identification string."""
MAXIMUM_PACKET: Final = 35_000
"""RFC 4253 section 6.1: every implementation has to take packets of this size."""
LOGIN_BYTES: Final = 6000
"""Encrypted bytes from the server after which somebody is certainly logged in. Methods, banners and failures are shorter."""

MSG_DISCONNECT: Final = 1
MSG_KEXINIT: Final = 20
MSG_NEWKEYS: Final = 21

CLIENT_BANNER: Final = FieldSpec("ssh_client", "Client")
SERVER_BANNER: Final = FieldSpec("ssh_server", "Server")
_BANNERS: Final = (CLIENT_BANNER, SERVER_BANNER)
HASSH: Final = FieldSpec("hassh", "HASSH")
HASSH_SERVER: Final = FieldSpec("hassh_server", "HASSHServer")
KEX: Final = FieldSpec("ssh_kex", "Key exchange")
HOST_KEY: Final = FieldSpec("ssh_hostkey", "Host key")
CIPHER: Final = FieldSpec("ssh_cipher", "Cipher")
MAC: Final = FieldSpec("ssh_mac", "MAC")
COMPRESSION: Final = FieldSpec("ssh_compression", "Compression")

_OBSOLETE_CIPHERS: Final = ("arcfour", "3des", "des-", "blowfish", "cast128", "none")
_AUTHENTICATED_BY_CIPHER: Final = ("gcm", "poly1305")


class KexInit(NamedTuple):
    """The name-lists of RFC 4253 section 7.1, as sent. ``_cs`` client to server, ``_sc`` server to client."""

    kex: str
    host_key: str
    cipher_cs: str
    cipher_sc: str
    mac_cs: str
    mac_sc: str
    compression_cs: str
    compression_sc: str

    @property
    def hassh(self) -> str:
        """HASSH of a client: MD5 over what it offers for its own direction."""
        return _digest(self.kex, self.cipher_cs, self.mac_cs, self.compression_cs)

    @property
    def hassh_server(self) -> str:
        """HASSHServer: MD5 over what a server offers for its own direction."""
        return _digest(self.kex, self.cipher_sc, self.mac_sc, self.compression_sc)


def _digest(*lists: str) -> str:
    return hashlib.md5(";".join(lists).encode(), usedforsecurity=False).hexdigest()


def parse_kexinit(payload: bytes) -> KexInit:
    """A KEXINIT payload, message number included; ``ParseError`` when it is not one."""
    cursor = Cursor(payload)
    if cursor.u8() != MSG_KEXINIT:
        raise ParseError("not KEXINIT")
    cursor.skip(16)  # cookie
    lists = [cursor.take(cursor.u32()) for _ in range(8)]
    if not all(text.isascii() for text in lists):
        raise ParseError("a name-list is not ASCII")
    return KexInit(*(text.decode("ascii") for text in lists))


def agreed(client: str, server: str) -> str:
    """The first name of the client's list that the server has too; empty when there is none."""
    offered = frozenset(server.split(","))
    return next((name for name in client.split(",") if name in offered), "")


class _Side:
    """What one direction has sent."""

    __slots__ = ("banner", "buffer", "encrypted", "kexinit", "lost", "needed", "new_keys", "preamble")

    def __init__(self) -> None:
        self.banner = b""
        self.buffer = bytearray()
        self.needed = 0
        """Bytes without which another look at the buffer is useless; bytes coming one by one must not cost a look each."""
        self.kexinit: KexInit | None = None
        self.new_keys = self.lost = False
        self.encrypted = self.preamble = 0


class SshInspector:
    """One connection."""

    __slots__ = ("_knock", "_report", "_sides")

    def __init__(self, context: Context) -> None:
        self._report = Report("SSH", context)
        self._report.idle_timeout = IDLE_TIMEOUT
        self._report.state = "BANNER"
        self._sides = (_Side(), _Side())
        self._knock: Knock | None = None
        """The client speaks HTTP."""

    @property
    def held(self) -> int:
        """Of unfinished packets."""
        return sum(len(state.buffer) for state in self._sides) + (self._knock.held if self._knock is not None else 0)

    # -- Inspector

    def feed(self, side: int, data: bytes, timestamp_ns: int) -> Status:  # noqa: ARG002
        """See ``Inspector``."""
        state = self._sides[side]
        if state.new_keys:
            state.encrypted += len(data)
        elif self._knock is not None and side == CLIENT:
            self._knock.feed(self._report, data)
        elif not state.lost:
            state.buffer += data
            if state.banner:
                if len(state.buffer) >= state.needed:
                    self._read(side, state)
            elif b"\n" in data or len(state.buffer) > MAXIMUM_PREAMBLE:
                self._read(side, state)
            if not state.banner and state.buffer.startswith(b"SSH-"):  # some never end the line
                self._report.set(_BANNERS[side], bytes(state.buffer[:MAXIMUM_LINE]))
        return self._progress()

    def gap(self, side: int, length: int) -> Status:
        """Where packets begin is not known any more; the rest of this direction is only counted."""
        state = self._sides[side]
        if self._knock is not None and side == CLIENT:
            self._knock.lose()
        if not state.banner and state.buffer.startswith(b"SSH-"):
            self._banner(side, state, bytes(state.buffer))
        state.buffer.clear()
        if state.new_keys:
            state.encrypted += length
        state.lost = not state.new_keys
        return self._progress()

    def update(self) -> Update | None:
        """See ``Inspector``."""
        return self._report.update()

    def switch(self) -> Switch:
        """SSH carries nothing else in clear."""
        return Switch()

    # -- reading

    def _read(self, side: int, state: _Side) -> None:
        """Take what is whole off the buffer; what is not stays there, bounded."""
        cursor = Cursor(bytes(state.buffer))
        try:
            while not state.banner:
                self._line(side, state, cursor)
            while not state.new_keys and not state.lost:
                self._packet(side, state, cursor)
        except NeedMore:
            pass
        if state.new_keys:
            state.encrypted += cursor.left
        del state.buffer[: len(state.buffer) if state.lost or state.new_keys else cursor.position]

    def _line(self, side: int, state: _Side, cursor: Cursor) -> None:
        """RFC 4253 section 4.2. A line longer than allowed is taken as it is; SSH 1.x and some devices end it by LF or
        not at all."""
        before = cursor.position
        try:
            line = cursor.until(b"\n", MAXIMUM_PREAMBLE)
        except NeedMore:
            if cursor.left > MAXIMUM_PREAMBLE:
                raise ParseError("no identification string") from None
            raise
        if line.startswith(b"SSH-"):
            self._banner(side, state, line)
            return
        if side == CLIENT and is_request(line + b"\n"):
            self._knock = Knock()
            self._knock.feed(self._report, cursor.data[before : cursor.end])
        state.preamble += cursor.position - before
        if side == CLIENT or state.preamble > MAXIMUM_PREAMBLE:
            self._stray(state)

    def _stray(self, state: _Side) -> None:
        """Something else where the identification string has to be: an error when the other side is no better."""
        state.lost = True
        if all(other.lost and not other.banner for other in self._sides):
            raise ParseError("no identification string")
        raise NeedMore

    def _banner(self, side: int, state: _Side, line: bytes) -> None:
        line = line[:MAXIMUM_LINE].rstrip(b"\r\n\0")
        state.banner = line or b"SSH-"
        report = self._report
        report.set(_BANNERS[side], line)
        version, _, software = line[4:].partition(b"-")
        if version.startswith(b"1.") and version != b"1.99":
            report.risk("obsolete-ssh")
            state.lost = True  # SSH 1.x packets are laid out differently (and nothing of use is in clear)
        if side == SERVER or not report.summary:
            report.summary = software.partition(b" ")[0].decode("ascii", "replace")

    def _packet(self, side: int, state: _Side, cursor: Cursor) -> None:
        """RFC 4253 section 6: length, padding length, payload, padding. Moves only over whole packets."""
        start = cursor.position
        state.needed = 4
        length = cursor.u32()
        if not 2 <= length <= MAXIMUM_PACKET:
            state.lost = True
            return
        try:
            packet = cursor.sub(length)
        except NeedMore:
            cursor.seek(start)
            state.needed = 4 + length
            raise
        padding = packet.u8()
        if padding + 1 >= length:
            state.lost = True
            return
        kind = packet.peek(1)[0]
        if kind == MSG_KEXINIT and state.kexinit is None:
            self._kexinit(side, state, packet.take(length - padding - 1))
        elif kind == MSG_NEWKEYS:
            state.new_keys = True

    def _kexinit(self, side: int, state: _Side, payload: bytes) -> None:
        try:
            state.kexinit = offer = parse_kexinit(payload)
        except ParseError:
            state.lost = True
            return
        if side == CLIENT:
            self._report.set(HASSH, offer.hassh)
        else:
            self._report.set(HASSH_SERVER, offer.hassh_server)
        client, server = self._sides[CLIENT].kexinit, self._sides[SERVER].kexinit
        if client is None or server is None:
            return
        cipher = agreed(client.cipher_cs, server.cipher_cs)
        self._report.set(KEX, agreed(client.kex, server.kex))
        self._report.set(HOST_KEY, agreed(client.host_key, server.host_key))
        self._report.set(CIPHER, cipher)
        if not any(word in cipher for word in _AUTHENTICATED_BY_CIPHER):
            self._report.set(MAC, agreed(client.mac_cs, server.mac_cs))
        self._report.set(COMPRESSION, agreed(client.compression_cs, server.compression_cs))
        if cipher.startswith(_OBSOLETE_CIPHERS):
            self._report.risk("weak-cipher")

    def _progress(self) -> Status:
        """State word and whether there is more to learn."""
        client, server = self._sides
        if client.new_keys and server.new_keys:
            if server.encrypted + client.encrypted > LOGIN_BYTES:
                self._report.state = "ESTABLISHED"
                return DONE
            self._report.state = "AUTHENTICATION"
        elif client.banner and server.banner:
            self._report.state = "KEYEXCHANGE"
        knocked = self._knock is not None and self._knock.over and bool(server.banner)
        if (client.lost and server.lost) or knocked:
            return DONE
        return MORE


class Ssh:
    """The protocol."""

    label = "SSH"
    transports = frozenset(("tcp",))
    ports = frozenset((22, 2222))

    def claims(self, context: Context, client: bytes, server: bytes) -> Claim:
        """An identification string at the start of either direction, or of a later line of a server that speaks first."""
        for head in (client, server):
            if head.startswith((b"SSH-1.", b"SSH-2.")):
                return YES
        if b"\nSSH-2.0-" in server or b"\nSSH-1.99-" in server:
            return YES
        if any(head and b"SSH-".startswith(head[:4]) for head in (client, server)):
            return MAYBE
        at_home = context.server_port in self.ports
        waiting = not server and (at_home or may_be_request(client))  # whatever a client says to it
        return MAYBE if waiting or (not client and server.isascii()) else NO

    def start(self, context: Context) -> Inspector:
        """A fresh connection."""
        return SshInspector(context)


PROTOCOL: Final = Ssh()
