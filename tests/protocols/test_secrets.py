"""Paths and addresses lose what gives access."""

from __future__ import annotations

import pytest

from netmon.protocols._secrets import after_userinfo, in_clear, path_without_secrets, split_url

JWT = b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
LONG = b"0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (b"/a;jsessionid=1;v=2/b", b"/a;v=2/b"),
        (b"/a;access_token=1/b;x_secret=2", b"/a/b"),
        (b"/verify/" + JWT, b"/verify/***"),
        (b"/" + JWT + b"/x", b"/***/x"),
        (b"/reset/" + LONG + b"/", b"/reset/***/"),
        (b"/Password-Reset//" + LONG, b"/Password-Reset//***"),
        (b"/" + LONG + b"/announce", b"/***/announce"),
        (b"/bot123456789:AAF0123456789abcdef0123456789abc/getMe", b"/***/getMe"),
        (b"/services/T0123ABCD/B0123ABCD/" + LONG, b"/services/T0123ABCD/B0123ABCD/***"),
        (b"/api/webhooks/1234567890/" + LONG, b"/api/webhooks/1234567890/***"),
        (b"/u/ghp_abcdefghijklmnopqrstuvwxyz0123456789", b"/u/***"),
    ],
)
def test_secrets_in_paths(path: bytes, shown: bytes) -> None:
    """Parameters that are secrets go, segments that are become ``***``."""
    assert path_without_secrets(path) == shown


@pytest.mark.parametrize(
    "path",
    [
        b"", b"/", b"*", b"/index.html", b"/" + LONG, b"/objects/" + LONG + b"/data", b"/v2/library/ubuntu/blobs/" + LONG,
        b"/auth/realms/company-wide/protocol", b"/reset/password-of-a-user", b"/a;v=1.2/b", b"/" + b"x" * 5000,
    ],
)  # fmt: skip
def test_ordinary_paths_stay(path: bytes) -> None:
    """Hashes, versions, long words."""
    assert path_without_secrets(path) == path


@pytest.mark.parametrize(
    ("given", "rest", "password"),
    [
        (b"h/x", b"h/x", False),
        (b"u@h/x", b"h/x", False),
        (b"u:p@h:8/x", b"h:8/x", True),
        (b"u:p@ss/word@h/x", b"h/x", True),
        (b"h/live@hd", b"h/live@hd", False),
        (b"h/x?mail=u:p@h", b"h/x", False),
        (b"h:80/x?mail=a@b#c", b"h:80/x", False),
        (b"[::1]/x?a@b", b"[::1]/x", False),
        (b"u:#p@h/x?q=1", b"h/x", True),
        (b"u:p?ss@h", b"h", True),
        (b"u:p/ss@h:8/x", b"h:8/x", True),
    ],
)
def test_user_information(given: bytes, rest: bytes, password: bool) -> None:
    """What stands before the host goes, whatever is in it."""
    assert after_userinfo(given) == (rest, password)


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (b"http://u:p@h:80/a;sid=1/b?q#f", (b"http://h:80/a/b", b"h:80", True)),
        (b"service:printer:lpr://u@h/q;pin=1", (b"service:printer:lpr://h/q", b"h", False)),
        (b"/only/a/path?q", (b"/only/a/path", b"", False)),
        (b"opc.tcp://h", (b"opc.tcp://h", b"h", False)),
        (b"", (b"", b"", False)),
    ],
)
def test_urls(url: bytes, parts: tuple[bytes, bytes, bool]) -> None:
    """Scheme, host and path; nothing that gives access."""
    assert tuple(split_url(url)) == parts


@pytest.mark.parametrize(
    ("header", "given"),
    [
        (b"Basic dTpw", True), (b"bearer x", True), (b"ApiKey aWQ6a2V5", True), (b" Token x", True), (b"", False),
        (b'Digest username="u"', False), (b"Negotiate YII", False), (b"AWS4-HMAC-SHA256 Cred=x", False), (b"Basic", False),
    ],
)  # fmt: skip
def test_what_an_authorization_gives_away(header: bytes, given: bool) -> None:
    """A secret, or the proof of one."""
    assert in_clear(header) is given
