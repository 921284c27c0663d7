"""LDAP: simple and SASL binds, StartTLS, CLDAP."""

from __future__ import annotations

from netmon.protocols._contract import Claim, Context, Status
from netmon.protocols.ldap import PROTOCOL

from ._asn1 import ap_reply, ap_request, element, gss, ntlm_authenticate, number
from ._streams import ANYWHERE, Flight, check, run, text_of, values


def message(identifier: int, operation: bytes) -> bytes:
    """LDAPMessage."""
    return element(0x30, number(identifier), operation)


def bind(name: bytes, credentials: bytes) -> bytes:
    """BindRequest."""
    return element(0x60, number(3), element(0x04, name), credentials)


def result(tag: int, code: int) -> bytes:
    """Any response with a result code."""
    return element(tag, number(code, 0x0A), element(0x04), element(0x04, b"private"))


SEARCH = element(0x63, element(0x04, b"dc=private"), number(2, 0x0A), number(0, 0x0A), number(0), number(0),
                 element(0x01, b"\0"), element(0x87, b"objectClass"), element(0x30))  # fmt: skip
CONVERSATION: list[Flight] = [
    (0, message(1, bind(b"cn=alice,dc=example", element(0x80, b"hunter2")))),
    (1, message(1, result(0x61, 49))),
    (0, message(2, bind(b"", element(0xA3, element(0x04, b"GSS-SPNEGO"), element(0x04, ntlm_authenticate()))))),
    (1, message(2, result(0x61, 14))),
    (0, message(3, bind(b"", element(0xA3, element(0x04, b"GSS-SPNEGO"), element(0x04, gss(ap_request())))))),
    (1, message(3, result(0x61, 0))),
    (0, message(4, SEARCH)),
    (1, message(4, element(0x64, element(0x04, b"private" * 3000), element(0x30))) + message(4, result(0x65, 0))),
    (0, message(5, element(0x42))),
]


def test_conversation() -> None:
    """Who binds and how; no password, no entry."""
    assert check(PROTOCOL, CONVERSATION) == {
        "ldap_operation": ("BIND", "SEARCH", "UNBIND"),
        "ldap_bind": ("cn=alice,dc=example",),
        "ldap_error": (49,),
        "ldap_sasl": ("GSS-SPNEGO",),
        "ntlm_domain": ("EXAMPLE",),
        "ntlm_user": ("alice",),
        "ntlm_host": ("LAPTOP",),
        "krb_type": (14,),
        "krb_sname": ("cifs", "files.example.org"),
        "krb_realm": ("EXAMPLE.ORG",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.risks) == ("UNBIND", ("clear-text-credentials",))
    for secret in ("hunter2", "private", "sealed"):
        assert secret not in text_of(updates)


def test_start_tls_hands_the_stream_on() -> None:
    """After a successful answer to that very request."""
    inspector = PROTOCOL.start(ANYWHERE)
    inspector.feed(0, message(7, element(0x77, element(0x80, b"1.3.6.1.4.1.1466.20037"))), 0)
    assert inspector.feed(1, message(6, result(0x78, 0)), 0) is Status.MORE
    assert inspector.feed(1, message(7, result(0x78, 0)) + b"\x16", 0) is Status.SWITCH
    assert (inspector.switch().hint, inspector.switch().server_rest) == ("TLS", b"\x16")


def test_datagrams() -> None:
    """CLDAP."""
    context = Context("udp", 50000, 44444)
    assert PROTOCOL.claims(context, message(1, SEARCH), b"") is Claim.YES
    assert PROTOCOL.claims(context, message(1, SEARCH)[:-1], b"") is Claim.NO
    assert values(run(PROTOCOL, [(0, message(1, SEARCH))], context)[0]) == {"ldap_operation": ("SEARCH",)}


def test_claims() -> None:
    """A sequence of something else, SNMP for example."""
    assert (
        PROTOCOL.claims(ANYWHERE, element(0x30, number(1), element(0x04, b"public"), element(0xA0, number(1))), b"")
        is Claim.NO
    )


def test_ntlm_without_sasl() -> None:
    """Sicily binds carry the token bare; an anonymous one names nobody."""
    finding = run(PROTOCOL, [(0, message(1, bind(b"", element(0x8B, ntlm_authenticate()))))])[0]
    assert values(finding)["ntlm_user"] == ("alice",)
    assert values(finding)["ldap_sasl"] == ("NTLM",)


def test_the_servers_half_of_kerberos() -> None:
    """AP-REP in the bind's answer."""
    reply = element(0x61, number(0, 0x0A), element(0x04), element(0x04), element(0x87, gss(ap_reply(), 2)))
    finding = run(PROTOCOL, [(0, message(1, bind(b"", element(0x80)))), (1, message(1, reply))])[0]
    assert values(finding)["krb_type"] == (15,)
