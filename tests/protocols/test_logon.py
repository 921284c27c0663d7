"""Names out of NTLM and Kerberos tokens."""

from __future__ import annotations

from base64 import b64encode

import pytest

from netmon.protocols._contract import Context
from netmon.protocols._logon import report_authorization, report_logon
from netmon.protocols._report import Report

from ._asn1 import ap_reply, gss, ntlm_authenticate


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
