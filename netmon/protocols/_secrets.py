"""Secrets: the fields that hold them on request, and paths and addresses without those that people put into them.

``PASSWORD`` and ``CREDENTIALS`` are kept only where the user asked for secrets (``Context.secrets``); ``Report`` drops them
otherwise, so that a value nobody asked for is nowhere. Whoever reports one also reports the risk ``IN_CLEAR``.

Paths: what is known to give access by itself (tokens by their shape, what follows ``/reset/`` and the like) becomes ``***``.
Patterns cannot know every program; a path segment that looks like any other stays.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ._report import FieldSpec

IN_CLEAR = "clear-text-credentials"
PASSWORD = FieldSpec("password", "Password", multiple=True, limit=16, secret=True)
CREDENTIALS = FieldSpec("credentials", "Credentials", multiple=True, limit=16, secret=True)
"""What a login carries, as it is on the wire (Base64 of SASL and HTTP)."""
_PROOFS = frozenset(
    b"aws aws4-hmac-sha256 digest dpop gssapi hawk hmac hoba kerberos mutual negotiate ntlm scram-sha-1 scram-sha-256 "
    b"sharedkey sharedkeylite signature vapid".split()
)
"""Schemes of ``Authorization`` that prove a secret without sending it."""
_SENDING = frozenset((b"PLAIN", b"LOGIN", b"AMQPLAIN", b"XOAUTH2", b"OAUTHBEARER", b"X-OAUTH2"))
"""RFC 4616, LOGIN (Microsoft), AMQPLAIN (RabbitMQ), XOAUTH2 (Google), RFC 7628, X-OAUTH2 (XMPP, Google)."""
MASK = b"***"
SHORTEST = 16
"""Characters of a token, at least."""

_TOKEN = re.compile(
    rb"(?:eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_.-]*"  # RFC 7519
    rb"|(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|sk_live_|rk_live_|hf_|npm_|pypi-|dckr_pat_|AKIA|ASIA|AIza|ya29\.)"
    rb"[A-Za-z0-9_.=+-]{12,}"
    rb"|bot\d{6,12}:[A-Za-z0-9_-]{30,})\Z"
)
_BEFORE = frozenset(
    b"reset reset-password password-reset password_reset resetpassword token tokens verify verification confirm "
    b"confirmation invite invitation invitations magic magic-link activate activation unsubscribe auth session sessions "
    b"share passkey key apikey api-key webhook webhooks services".split()
)
"""Segments behind which a long one is a key to something."""
_LONG = re.compile(rb"(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[A-Za-z0-9_.~=%-]{16,}\Z")
_PARAMETER = re.compile(
    rb";(?:jsessionid|phpsessid|[A-Za-z_-]{0,24}(?:token|session|sessionid|sid|key|pass|passwd|password|secret|pin|auth))=[^/;]*",
    re.IGNORECASE,
)
_END = re.compile(rb"[?#]")
_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.:-]*\Z")
"""Of service types too (``service:printer:lpr``, RFC 2609)."""


def in_clear(authorization: bytes) -> bool:
    """Whether this ``Authorization`` (RFC 9110 section 11.6.2) gives away what it proves: ``Basic``, ``Bearer``, ``ApiKey``
    and whatever else is no signature."""
    scheme, _, credentials = authorization.strip().partition(b" ")
    return bool(credentials) and scheme.lower() not in _PROOFS


def sasl_in_clear(mechanism: bytes) -> bool:
    """Whether this SASL mechanism (RFC 4422) sends what it proves: a password, or a token that is as good as one."""
    return mechanism.upper() in _SENDING


def path_without_secrets(path: bytes) -> bytes:
    """Without session identifiers and the like in parameters (RFC 3986 section 3.3), tokens masked."""
    if b";" in path:
        path = _PARAMETER.sub(b"", path)
    if len(path) <= SHORTEST:
        return path
    segments = path.split(b"/")
    after = b""
    for index, segment in enumerate(segments):
        if len(segment) >= SHORTEST and _gives_access(segments, index, after):
            segments[index] = MASK
        if segment and not segment.isdigit():  # /webhooks/123/<token>
            after = segment.lower()
    return b"/".join(segments)


def _gives_access(segments: list[bytes], index: int, after: bytes) -> bool:
    segment = segments[index]
    if _TOKEN.match(segment):
        return True
    tracker = segments[index + 1 : index + 2] == [b"announce"]  # BitTorrent trackers know their users by such a segment
    service = index > 2 and segments[index - 3].lower() == b"services"
    return (after in _BEFORE or tracker or service) and _LONG.match(segment) is not None


def after_userinfo(rest: bytes) -> tuple[bytes, bool]:
    """``host/path`` of what follows ``://``, without query and fragment, and whether a password stood before it. A password
    may hold ``/``, ``?``, ``#`` and ``@`` although it must not (RFC 3986 section 3.2.1): where the authority has an ``@``,
    the last one counts; where it ends in what is no port, it is a name with the beginning of such a password."""
    shown = _END.split(rest, 1)[0]
    authority = shown.partition(b"/")[0]
    if b"@" in authority:
        information, _, after = shown.rpartition(b"@")
        return after, b":" in information
    _, colon, port = authority.rpartition(b":")
    if colon and b"@" in rest and not port.isdigit() and not authority.startswith(b"["):
        return _END.split(rest.rpartition(b"@")[2], 1)[0], True
    return shown, False


class Address(NamedTuple):
    """The parts of a URL that may be shown."""

    text: bytes
    """All of it but user information, query, fragment, and what gives access in the path."""
    authority: bytes
    credentials: bool
    """A password was in it."""


def split_url(url: bytes) -> Address:
    """A URL or a reference to one; without an authority that is empty."""
    scheme, separator, rest = url.partition(b"://")
    if not separator or not _SCHEME.match(scheme):
        return Address(path_without_secrets(_END.split(url, 1)[0]), b"", False)
    after, credentials = after_userinfo(rest)
    authority, slash, path = after.partition(b"/")
    return Address(scheme + separator + authority + slash + path_without_secrets(path), authority, credentials)
