"""Names out of NTLM and Kerberos tokens."""

from __future__ import annotations

from base64 import b64encode

import pytest

from netmon.protocols._contract import Context
from netmon.protocols._logon import report_authorization, report_logon
from netmon.protocols._report import Report

from ._asn1 import ap_reply, ap_request, element, gss, ntlm_authenticate, number


def told(report: Report) -> dict[str, tuple[str | int, ...]]:
    """Fields by name."""
    update = report.update()
    assert update is not None
    assert update.finding is not None
    return {field.name: field.values for field in update.finding.fields}


def fresh() -> Report:
    return Report("X", Context("tcp", 1, 2))


def test_an_anonymous_logon_is_told_as_such() -> None:
    """Empty names are NULL, as Wireshark writes a null session."""
    report = fresh()
    report_logon(report, b"SMB" + ntlm_authenticate("", "", "LAPTOP"))
    assert told(report) == {"ntlm_domain": ("NULL",), "ntlm_user": ("NULL",), "ntlm_host": ("LAPTOP",)}


@pytest.mark.parametrize("scheme", [b"NTLM", b"Negotiate", b"negotiate"])
def test_the_token_of_an_http_header(scheme: bytes) -> None:
    """Base64 behind the scheme."""
    report = fresh()
    report_authorization(report, scheme + b" " + b64encode(ntlm_authenticate()))
    assert told(report)["ntlm_user"] == ("alice",)


@pytest.mark.parametrize("header", [b"NTLM", b"NTLM ???", b"Basic YWxpY2U6aHVudGVyMg==", b"Negotiate " + b"A" * 100_000])
def test_other_headers_say_nothing(header: bytes) -> None:
    """No token, no base64, another scheme, absurdly long."""
    report = fresh()
    report_authorization(report, header)
    assert told(report) == {}


def test_an_answer_of_kerberos() -> None:
    """AP-REP."""
    report = fresh()
    report_logon(report, gss(ap_reply(), 2))
    assert told(report) == {"krb_type": (15,)}


@pytest.mark.parametrize("size", [0, 90, 300, 70_000])
def test_a_token_without_the_header_of_gss_api(size: int) -> None:
    """As DCE/RPC has it in SPNEGO: right inside an octet string, with lengths of every size."""
    report = fresh()
    sealed = element(0xA5, element(0x04, b"\x6e" * size))
    request = ap_request()[ap_request().index(b"\xa0\x03") :]
    report_logon(report, b"bind" + element(0xA2, element(0x04, element(0x6E, element(0x30, request, sealed)))))
    assert told(report) == {
        "krb_type": (14,),
        "krb_sname": ("cifs", "files.example.org"),
        "krb_realm": ("EXAMPLE.ORG",),
    }


def test_members_without_a_message_say_nothing() -> None:
    """A version and a type alone, and behind something that is no header."""
    report = fresh()
    members = element(0xA0, number(5)) + element(0xA1, number(14))
    for data in (members, b"\x6e\x05\x31\x03" + members, b"\x6e\x80\x30\x0a" + members):
        report_logon(report, data)
    assert told(report) == {}
