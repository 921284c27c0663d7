"""The clear part of a TLS handshake, whatever carries it: messages in, fields, risks and state out.

TLS, DTLS and QUIC cut their handshake messages differently (records, fragments, CRYPTO frames) and hand the whole messages
to ``Handshake.message``. Who is client is decided by the messages, not by who opened the transport connection.

States: CLIENT_HELLO, HELLO_RETRY, SERVER_HELLO, HANDSHAKE, ESTABLISHED, ALERT. Exchange ``tls-handshake`` (name given by the
carrier): from the ClientHello to the end of the handshake as far as the wire shows it.
RFC 8446 section 4 and 6, RFC 5246 section 7.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ._ja import ja3, ja3s, ja4
from ._report import FieldSpec, Report
from ._tls_certificate import report_certificate
from ._tls_hello import ClientHello, ServerHello, read_client_hello, read_server_hello, without_grease
from ._tls_tables import ALERTS, CIPHER_SUITES, GROUPS, table
from ._x509 import first_certificate

CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 2
NEW_TICKET: Final = 4
HELLO_RETRY_OLD: Final = 6
CERTIFICATE: Final = 11
SERVER_HELLO_DONE: Final = 14

SNI: Final = FieldSpec("sni", "Server name", limit=8)
VERSION: Final = FieldSpec("tls_version", "Version", limit=4)
CIPHER: Final = FieldSpec("tls_cipher", "Cipher", limit=4)
CIPHER_CODE: Final = FieldSpec("tls_cipher_code", "Cipher number", limit=4)
GROUP: Final = FieldSpec("tls_group", "Key exchange", limit=4)
ALPN_CHOSEN: Final = FieldSpec("tls_alpn", "ALPN", multiple=True, limit=8)
ALPN_OFFER: Final = FieldSpec("tls_alpn_offer", "ALPN offered", multiple=True)
CIPHER_OFFER: Final = FieldSpec("tls_cipher_offer", "Ciphers offered", multiple=True, limit=128)
RESUMED: Final = FieldSpec("tls_resumed", "Resumed")
ECH: Final = FieldSpec("tls_ech", "Encrypted ClientHello")
ALERT: Final = FieldSpec("tls_alert", "Alert", limit=8)
JA3: Final = FieldSpec("ja3", "JA3", limit=4)
JA3S: Final = FieldSpec("ja3s", "JA3S", limit=4)
JA4: Final = FieldSpec("ja4", "JA4", limit=4)

TLS13: Final = 0x0304
TLS12: Final = 0x0303
_VERSIONS: Final = {
    0x0002: "SSL 2.0", 0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", TLS12: "TLS 1.2", TLS13: "TLS 1.3",
    0x0100: "DTLS 1.0", 0xFEFF: "DTLS 1.0", 0xFEFD: "DTLS 1.2", 0xFEFC: "DTLS 1.3",
}  # fmt: skip
_OBSOLETE: Final = frozenset({0x0002, 0x0300, 0x0301, 0x0302, 0xFEFF, 0x0100})
"""RFC 6176, RFC 7568, RFC 8996."""
REMEMBERED: Final = 256
"""Lists of cipher suites whose names are kept."""
_WEAK: Final = ("NULL", "EXPORT", "anon", "RC4", "RC2", "DES", "MD5")
"""Words in the name of a cipher suite that nobody should choose (RFC 7465, RFC 9325 section 4.1)."""


def version_name(number: int) -> str:
    """``TLS 1.3``; drafts and unknown numbers say so."""
    known = _VERSIONS.get(number)
    if known:
        return known
    if number >> 8 in (0x7F, 0xFB):  # IETF drafts, and the same under a vendor's prefix
        return f"TLS 1.3 draft {number & 0xFF}"
    return f"0x{number:04x}"


def is_13(number: int) -> bool:
    """TLS 1.3 or a draft of it, DTLS 1.3."""
    return number in (TLS13, 0xFEFC) or number >> 8 in (0x7F, 0xFB)


def cipher_name(number: int) -> str:
    """IANA's name, or the number."""
    return table(CIPHER_SUITES).get(number) or f"0x{number:04x}"


@lru_cache(maxsize=REMEMBERED)
def cipher_names(ciphers: tuple[int, ...]) -> tuple[str, ...]:
    """What is offered, without GREASE, as ``CIPHER_OFFER`` takes it. There are as many lists as there are kinds of clients,
    and hellos without end."""
    names = dict.fromkeys([cipher_name(number) for number in without_grease(ciphers)])
    return tuple(names)[: CIPHER_OFFER.limit]


def is_weak(cipher: int) -> bool:
    """No encryption, no authentication, or broken."""
    name = table(CIPHER_SUITES).get(cipher, "")
    return any(word in name for word in _WEAK)


class Handshake:
    """What one conversation's handshake messages have said so far."""

    __slots__ = ("certificate_seen", "client", "client_side", "exchange", "report", "resumed", "server", "transport",
                 "version")  # fmt: skip

    def __init__(self, report: Report, transport: str, exchange: str = "tls-handshake") -> None:
        self.report = report
        self.transport = transport
        """``t``, ``q`` or ``d``, as in JA4."""
        self.exchange = exchange
        self.client: ClientHello | None = None
        self.server: ServerHello | None = None
        """The ServerHello proper, not a HelloRetryRequest."""
        self.client_side: int | None = None
        """The side that sent the ClientHello."""
        self.version = 0
        """Negotiated; 0 until the server has spoken."""
        self.certificate_seen = False
        self.resumed = False

    @property
    def encrypts_certificate(self) -> bool:
        """TLS 1.3: nothing in the clear after ServerHello."""
        return is_13(self.version)

    def message(self, kind: int, body: bytes, side: int, timestamp_ns: int) -> None:
        """One whole handshake message. Raises ``ParseError`` when a hello is none."""
        report = self.report
        if kind == CLIENT_HELLO:
            self.client_hello(read_client_hello(body, datagram=self.transport == "d"), side, timestamp_ns)
        elif kind in (SERVER_HELLO, HELLO_RETRY_OLD):
            if kind == SERVER_HELLO:
                self.server_hello(read_server_hello(body), side)
            else:
                report.state = "HELLO_RETRY"
        elif kind == CERTIFICATE:
            if side != self.client_side and not self.certificate_seen:
                self.certificate_seen = True
                report_certificate(report, *first_certificate(body), timestamp_ns)
            report.state = "HANDSHAKE"
        elif self.server is not None and report.state == "SERVER_HELLO":
            report.state = "HANDSHAKE"

    def client_hello(self, hello: ClientHello, side: int, timestamp_ns: int) -> None:
        """The first one, the answer to a HelloRetryRequest, or a renegotiation's."""
        report, extensions = self.report, hello.extensions
        if self.client is None:
            report.request(self.exchange, timestamp_ns, self.exchange)
        self.client, self.client_side = hello, side
        if self.server is None:
            report.state = "CLIENT_HELLO"
        if extensions.server_name:
            report.add(SNI, extensions.server_name)
            report.hostname(extensions.server_name, "sni")
        for name in extensions.alpn:
            report.add(ALPN_OFFER, name)
        report.put(CIPHER_OFFER, cipher_names(hello.ciphers))
        if extensions.encrypted_hello:
            report.set(ECH, "offered")  # perhaps with noise (RFC 9849 section 6.2); what comes of it is encrypted
        report.add(JA3, ja3(hello))
        report.add(JA4, ja4(hello, self.transport))
        self.summarize()

    def ssl2_client_hello(self, hello: ClientHello, side: int, timestamp_ns: int) -> None:
        """The hello of SSL 2.0, which has no fingerprint."""
        if self.client is None:
            self.report.request(self.exchange, timestamp_ns, self.exchange)
        self.client, self.client_side = hello, side
        self.report.state = "CLIENT_HELLO"
        self.report.extend(CIPHER_OFFER, [cipher_name(number) for number in hello.ciphers])

    def server_hello(self, hello: ServerHello, side: int) -> None:
        """ServerHello or HelloRetryRequest."""
        report = self.report
        if self.client_side is None:
            self.client_side = 1 - side
        version = self.version = hello.negotiated
        report.add(VERSION, version_name(version))
        report.add(CIPHER, cipher_name(hello.cipher))
        report.add(CIPHER_CODE, f"0x{hello.cipher:04x}")
        report.add(JA3S, ja3s(hello))
        for group in hello.extensions.key_shares:
            report.set(GROUP, table(GROUPS).get(group) or f"0x{group:04x}")
        for name in hello.extensions.alpn[:1]:
            report.add(ALPN_CHOSEN, name)
        if version in _OBSOLETE:
            report.risk("obsolete-tls")
        if is_weak(hello.cipher):
            report.risk("weak-cipher")
        if hello.retry:
            report.state = "HELLO_RETRY"
        else:
            self.server = hello
            report.state = "SERVER_HELLO"
            self._resumption(hello)
        self.summarize()

    def _resumption(self, hello: ServerHello) -> None:
        """TLS 1.3: a pre-shared key is accepted. Before: the client's own session id comes back (RFC 5077 too)."""
        if is_13(hello.negotiated):
            resumed = hello.extensions.pre_shared_key
        else:
            resumed = bool(hello.session_id) and self.client is not None and self.client.session_id == hello.session_id
        self.resumed = resumed
        if resumed:
            self.report.set(RESUMED, "yes")

    def alert(self, level: int, description: int) -> None:
        """A clear alert (RFC 8446 section 6). A warning (``close_notify``, an unknown name) does not end the handshake."""
        self.report.add(ALERT, table(ALERTS).get(description) or str(description))
        if level == 2:
            self.report.state = "ALERT"

    def established(self, timestamp_ns: int) -> None:
        """Both ends are through."""
        if self.report.state != "ESTABLISHED":
            self.report.state = "ESTABLISHED"
            if self.client is not None:
                self.report.response(self.exchange, timestamp_ns, self.exchange)

    def chosen_alpn(self) -> str:
        """What runs inside: the server's choice; where that is not in the clear (QUIC, TLS 1.3), the only thing offered."""
        chosen = self.report.get(ALPN_CHOSEN)
        if chosen is None and (self.transport == "q" or is_13(self.version)) and len(self.report.values(ALPN_OFFER)) == 1:
            chosen = self.report.get(ALPN_OFFER)
        return str(chosen or "")

    def summarize(self) -> None:
        """``www.example.org h2``."""
        name = str(self.report.get(SNI) or "")
        self.report.summary = " ".join(part for part in (name, self.chosen_alpn()) if part)
