"""What runs inside TLS, DTLS or QUIC, as far as the handshake says: by ALPN, by a port kept for one thing, by who is asked.

In: a handshake and the server's port. Out: ``tls_carries`` with a protocol's label, and ``encrypted_dns``: ``DoT``
(RFC 7858), ``DoQ`` (RFC 9250) or ``DoDTLS`` (RFC 8094) by ALPN, over TCP and DTLS by port too; ``DoH`` (RFC 8484) where
HTTP/2 or HTTP/3 is offered to a name under which a public resolver answers: inside, DNS looks like any other HTTP.
"""

from __future__ import annotations

from typing import Final

from ._report import FieldSpec
from ._text import words
from ._tls_handshake import ALPN_OFFER, SNI, Handshake

CARRIES: Final = FieldSpec("tls_carries", "Carries")
ENCRYPTED_DNS: Final = FieldSpec("encrypted_dns", "Encrypted DNS")
_DNS_PORT: Final = 853
"""RFC 7858, RFC 8094. QUIC needs ALPN in any case (RFC 9001 section 8.1)."""
_ALPN: Final = {
    "http/0.9": "HTTP", "http/1.0": "HTTP", "http/1.1": "HTTP", "h2": "HTTP2", "h3": "HTTP3", "dot": "DNS", "doq": "DNS",
    "imap": "IMAP", "pop3": "POP3", "ftp": "FTP", "xmpp-client": "XMPP", "xmpp-server": "XMPP", "mqtt": "MQTT",
    "postgresql": "PostgreSQL", "stun.turn": "STUN", "stun.nat-discovery": "STUN", "coap": "CoAP", "co": "CoAP",
    "irc": "IRC", "nntp": "NNTP", "nnsp": "NNTP", "tds/8.0": "TDS", "sip/2": "SIP", "radius/1.0": "RADIUS",
    "radius/1.1": "RADIUS", "dicom": "DICOM", "ntske/1": "NTS-KE", "smb": "SMB", "sunrpc": "RPC",
}  # fmt: skip
"""IANA's registry of application-layer protocol negotiation."""
_DRAFTS: Final = {"h3": "HTTP3", "doq": "DNS", "hq": "HTTP"}
"""What implementations of drafts offer: ``h3-29``, ``doq-i03``, ``hq-interop``."""
_DNS: Final = {"t": "DoT", "q": "DoQ", "d": "DoDTLS"}
"""By what carries the handshake."""
_WEB: Final = frozenset(("HTTP2", "HTTP3"))
_RESOLVERS: Final = words(
    "1dot1dot1dot1.cloudflare-dns.com adblock.dns.mullvad.net all.dns.mullvad.net base.dns.mullvad.net "
    "chrome.cloudflare-dns.com cloudflare-dns.com dns.adguard-dns.com dns.adguard.com dns.alidns.com "
    "dns.cloudflare.com dns.digitale-gesellschaft.ch dns.google dns.google.com dns.mullvad.net dns.njal.la dns.pub "
    "dns.quad9.net dns.sb dns.switch.ch dns.twnic.tw dns.umbrella.com dns0.eu dns10.quad9.net dns11.quad9.net "
    "dns12.quad9.net dns64.cloudflare-dns.com dns64.dns.google dns9.quad9.net doh.360.cn doh.applied-privacy.net "
    "doh.cleanbrowsing.org doh.cox.net doh.dns.apple.com doh.dns.sb doh.familyshield.opendns.com doh.ffmuc.net "
    "doh.libredns.gr doh.mullvad.net doh.opendns.com doh.pub doh.sandbox.opendns.com doh.sb doh.tiar.app "
    "doh.umbrella.com doh.xfinity.com dohtrial.att.net extended.dns.mullvad.net family.adguard-dns.com "
    "family.canadianshield.cira.ca family.cloudflare-dns.com freedns.controld.com jp.tiar.app kids.dns0.eu "
    "mozilla.cloudflare-dns.com odvr.nic.cz one.one.one.one private.canadianshield.cira.ca "
    "protected.canadianshield.cira.ca public.dns.iij.jp rethinkdns.com security.cloudflare-dns.com "
    "unfiltered.adguard-dns.com wikimedia-dns.org zero.dns0.eu "
)
"""Names of public resolvers, as their operators and the lists of browsers have them."""
_RESOLVERS_OF_USERS: Final = (".dns.nextdns.io", ".dns.controld.com", ".cloudflare-gateway.com", ".d.adguard-dns.com")
"""What stands before these is a user's own."""


def label_of(alpn: str) -> str:
    """``HTTP3`` of ``h3-29``; empty when nobody knows."""
    return _ALPN.get(alpn) or _DRAFTS.get(alpn.partition("-")[0], "")


def is_resolver(name: str) -> bool:
    """A public resolver answers DNS over HTTPS under this name."""
    name = name.lower().rstrip(".")
    return name in _RESOLVERS or name == "dns.nextdns.io" or name.endswith(_RESOLVERS_OF_USERS)


def report_inside(handshake: Handshake, port: int) -> None:
    """Tell what is inside, where something says so. ``port``: the server's."""
    report, chosen = handshake.report, handshake.chosen_alpn()
    offered = {label_of(str(name)) for name in report.values(ALPN_OFFER)}
    inner = label_of(chosen)
    if not chosen and handshake.transport == "q" and len(offered) == 1:  # the choice is encrypted
        (inner,) = offered
    decided = handshake.server is not None or not offered
    if port == _DNS_PORT and decided and not chosen and handshake.transport != "q":
        inner = "DNS"
    if inner:
        report.set(CARRIES, inner)
    if inner == "DNS":
        report.set(ENCRYPTED_DNS, _DNS[handshake.transport])
    elif not _WEB.isdisjoint(offered) and is_resolver(str(report.get(SNI) or "")):
        report.set(ENCRYPTED_DNS, "DoH")
