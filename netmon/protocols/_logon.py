"""Who logs on, out of the security tokens other protocols carry: NTLM and Kerberos, in SPNEGO or plain.

[MS-NLMP] section 2.2.1.3 (AUTHENTICATE_MESSAGE), RFC 4121 (Kerberos in GSS-API), RFC 4178 (SPNEGO). In: any message that may
hold a token, with the header of GSS-API or without it, as in DCE/RPC ([MS-KILE] section 3.4.5.1). Out: fields in a report.
Only names are taken; responses, keys and tickets are not. The token is found by its signature, because the wrapping differs
between LDAP, SMB, DCE/RPC and HTTP.
"""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress

from netmon.errors import ParseError

from . import _ber
from ._cursor import Cursor
from ._krb_message import AP_REP, AP_REQ, Message, read_message
from ._report import FieldSpec, Report

NTLM_USER = FieldSpec("ntlm_user", "NTLM user", limit=8)
NTLM_DOMAIN = FieldSpec("ntlm_domain", "NTLM domain", limit=8)
NTLM_HOST = FieldSpec("ntlm_host", "NTLM workstation", limit=8)
KRB_TYPE = FieldSpec("krb_type", "Kerberos messages", multiple=True, limit=16)
KRB_CLIENT = FieldSpec("krb_cname", "Client", multiple=True, limit=16)
KRB_SERVICE = FieldSpec("krb_sname", "Service", multiple=True, limit=32)
KRB_REALM = FieldSpec("krb_realm", "Realm", multiple=True, limit=16)
KRB_ERROR = FieldSpec("krb_error", "Error", multiple=True, limit=8)
NOBODY = "NULL"
"""What an anonymous logon (a "null session") leaves empty, as Wireshark writes it."""
_NTLM = b"NTLMSSP\0"
MAXIMUM_TOKEN = 48 * 1024
_NTLM_AUTHENTICATE = 3
_UNICODE = 0x00000001
_APPLICATION = 0x60
_KERBEROS = b"\xa0\x03\x02\x01\x05\xa1\x03\x02\x01"
"""Version 5 and a message type, as the members of an AP-REQ or AP-REP begin."""
_FARTHEST = 10
"""Octets between the tag of such a message and its members: two headers with lengths of up to three octets."""


def report_logon(report: Report, data: bytes) -> None:
    """Report the names in the tokens of one message."""
    at = data.find(_NTLM)
    if at >= 0:
        with suppress(ParseError):  # another message of NTLM, or cut
            _ntlm(report, Cursor(data, at))
    for kind in (AP_REQ, AP_REP):
        at = data.find(_KERBEROS + bytes((kind,)))
        for start in range(max(at - _FARTHEST, 0), at - 3):
            if data[start] == _APPLICATION | kind and _begins(data, start, at):
                with suppress(ParseError):
                    report_kerberos(report, read_message(data[start:]))
                break


def _begins(data: bytes, start: int, members: int) -> bool:
    """Two headers stand between these places."""
    cursor = Cursor(data, start)
    try:
        _ber.read_header(cursor)
        return _ber.read_header(cursor)[0] == _ber.SEQUENCE and cursor.position == members
    except ParseError:
        return False


def report_authorization(report: Report, header: bytes) -> None:
    """The token of an ``Authorization`` header (RFC 4559, [MS-NTHT]): ``NTLM`` or ``Negotiate``, base64."""
    scheme, _, token = header.partition(b" ")
    if scheme.lower() in (b"ntlm", b"negotiate") and len(token) <= MAXIMUM_TOKEN:
        with suppress(ValueError):
            report_logon(report, b64decode(token.strip(), validate=True))


def report_kerberos(report: Report, message: Message) -> None:
    """The names of a Kerberos message."""
    for kind in message.kinds:
        report.add(KRB_TYPE, kind)
    for field, names in ((KRB_CLIENT, message.client), (KRB_SERVICE, message.service), (KRB_REALM, message.realms)):
        for name in names:
            report.add(field, name)
    if message.error is not None:
        report.add(KRB_ERROR, message.error)


def _ntlm(report: Report, token: Cursor) -> None:
    """Security buffers (length, allocated, offset) that point into the token."""
    start = token.position
    token.skip(8)
    if token.u32le() != _NTLM_AUTHENTICATE:
        return
    token.skip(16)  # LM and NT responses
    buffers = []
    for _ in range(3):
        length = token.u16le()
        token.skip(2)
        buffers.append((token.u32le(), length))
    token.skip(8)  # session key
    encoding = "utf-16-le" if token.u32le() & _UNICODE else "latin-1"
    for field, (offset, length) in zip((NTLM_DOMAIN, NTLM_USER, NTLM_HOST), buffers, strict=True):
        if not length:
            report.add(field, NOBODY)
        elif length <= 1024:
            token.seek(start + offset)
            report.add(field, token.take(length).decode(encoding, "replace"))
