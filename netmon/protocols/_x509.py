"""The leaf certificate of a TLS <= 1.2 handshake: DER in, a small frozen record out.

RFC 5246 section 7.4.2 (message), RFC 5280 (certificate). The parser is ``cryptography``'s, imported on first use.
Strangers' certificates break every rule: of one that it refuses the alternative names are read by hand, as a browser might,
and what has not even those gives ``None``. Only the first certificate of the chain is read, and only up to
``MAXIMUM_CERTIFICATE`` bytes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from netmon.errors import ParseError

from . import _ber
from ._cursor import Cursor

if TYPE_CHECKING:
    from cryptography import x509

MAXIMUM_CERTIFICATE = 32 * 1024
MAXIMUM_NAMES = 200
_ALTERNATIVE_NAMES = b"\x06\x03\x55\x1d\x11"
"""The identifier of the extension, 2.5.29.17."""
_DNS_NAME = 0x82
_KEYWORDS = {
    "1.2.840.113549.1.9.1": "emailAddress", "1.2.840.113549.1.9.2": "unstructuredName", "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber", "2.5.4.12": "title", "2.5.4.13": "description", "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode", "2.5.4.41": "name", "2.5.4.42": "GN", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier", "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}  # fmt: skip
"""Attributes of names besides the nine that RFC 4514 section 3 lists, as people and OpenSSL write them (RFC 2985, X.520, and
the CA/Browser Forum's guidelines for extended validation)."""
REMEMBERED = 256
"""Certificates kept with what was read from them."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What people ask of a certificate."""

    subject: str
    """Distinguished name as in RFC 4514, more attributes by their keyword."""
    issuer: str
    not_before: datetime | None
    not_after: datetime | None
    names: tuple[str, ...]
    """Subject alternative names: DNS names."""
    self_signed: bool
    """Subject and issuer are the same and the chain holds nothing else."""


def first_certificate(body: bytes) -> tuple[bytes, int]:
    """The leaf of a Certificate message and the number of bytes that follow it (its chain)."""
    cursor = Cursor(body)
    chain = cursor.sub(min(cursor.u24(), cursor.left))
    if chain.left < 3:
        return b"", 0
    leaf = chain.take(chain.u24())
    return leaf, chain.left


def read_certificate(der: bytes, *, alone: bool) -> Certificate | None:
    """The record, or ``None`` when it cannot be read. ``alone``: no chain follows."""
    return _read(der, alone) if 0 < len(der) <= MAXIMUM_CERTIFICATE else None


@lru_cache(maxsize=REMEMBERED)
def _read(der: bytes, alone: bool) -> Certificate | None:
    """A server sends the same certificate on every connection, and reading one costs as much as fifty packets."""
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cryptography warns about odd but readable certificates
            loaded = x509.load_der_x509_certificate(der)
            subject, issuer = _name(loaded, "subject"), _name(loaded, "issuer")
            return Certificate(
                subject,
                issuer,
                _moment(loaded, "not_valid_before_utc"),
                _moment(loaded, "not_valid_after_utc"),
                _alternative_names(loaded),
                alone and bool(subject) and subject == issuer,
            )
    except Exception:
        names = _names_by_hand(der)
        return Certificate("", "", None, None, names, False) if names else None


def _names_by_hand(der: bytes) -> tuple[str, ...]:
    """DNS names (RFC 5280 section 4.2.1.6), whatever is wrong elsewhere; where it is wrong here, those before."""
    at = der.find(_ALTERNATIVE_NAMES)
    found: list[str] = []
    if at < 0:
        return ()
    extension = Cursor(der, at + len(_ALTERNATIVE_NAMES))
    try:
        tag, value = _ber.element(extension)
        if tag == _ber.BOOLEAN:  # whether it is critical
            tag, value = _ber.element(extension)
        names = _ber.expect(value, _ber.SEQUENCE)
        while not names.at_end and len(found) < MAXIMUM_NAMES:
            tag, value = _ber.element(names)
            if tag == _DNS_NAME:
                found.append(value.rest().decode("ascii", "replace"))
    except ParseError:
        pass
    return tuple(found)


def _name(loaded: x509.Certificate, which: str) -> str:
    """Empty when its text is not what its type allows (a zero byte in a PrintableString is an old trick)."""
    try:
        name: x509.Name = getattr(loaded, which)
        return name.rfc4514_string(
            {each.oid: _KEYWORDS[each.oid.dotted_string] for each in name if each.oid.dotted_string in _KEYWORDS}
        )
    except Exception:
        return ""


def _moment(loaded: x509.Certificate, which: str) -> datetime | None:
    try:
        moment: datetime = getattr(loaded, which)
    except ValueError:
        return None
    return moment


def _alternative_names(loaded: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = loaded.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except Exception:
        return ()
    return tuple(extension.value.get_values_for_type(x509.DNSName)[:MAXIMUM_NAMES])
