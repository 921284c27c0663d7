"""What a certificate tells, in the fields of TLS and whoever else carries one in the clear."""

from __future__ import annotations

from ._report import FieldSpec, Report
from ._x509 import Certificate, read_certificate

SUBJECT = FieldSpec("tls_cert_subject", "Certificate")
ISSUER = FieldSpec("tls_cert_issuer", "Issued by")
NOT_BEFORE = FieldSpec("tls_cert_not_before", "Valid from")
NOT_AFTER = FieldSpec("tls_cert_not_after", "Valid until")
CERTIFICATE_NAMES = FieldSpec("tls_cert_san", "Certificate names", multiple=True, limit=200)
_FORM = "%Y-%m-%dT%H:%M:%SZ"


def report_certificate(report: Report, leaf: bytes, chain: int, timestamp_ns: int) -> None:
    """A server's: names, validity as of the packet, risks. ``chain``: octets of further certificates behind the leaf."""
    certificate = read_certificate(leaf, alone=chain == 0)
    if certificate is None:
        return
    report.set(SUBJECT, certificate.subject)
    report.set(ISSUER, certificate.issuer)
    _validity(report, certificate, timestamp_ns)
    report.extend(CERTIFICATE_NAMES, certificate.names)
    if certificate.self_signed:
        report.risk("self-signed-certificate")


def report_names(report: Report, leaf: bytes) -> None:
    """A client's: only the names."""
    certificate = read_certificate(leaf, alone=False)
    if certificate is not None:
        report.extend(CERTIFICATE_NAMES, certificate.names)


def _validity(report: Report, certificate: Certificate, timestamp_ns: int) -> None:
    """Judged by the time of the packet, never by today's."""
    now = timestamp_ns / 1e9
    if certificate.not_before is not None:
        report.set(NOT_BEFORE, certificate.not_before.strftime(_FORM))
        if 0 < now < certificate.not_before.timestamp():
            report.risk("not-yet-valid-certificate")
    if certificate.not_after is not None:
        report.set(NOT_AFTER, certificate.not_after.strftime(_FORM))
        if now > certificate.not_after.timestamp():
            report.risk("expired-certificate")
