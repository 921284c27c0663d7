"""What HTTP of any version tells, in the same fields."""

from __future__ import annotations

from typing import Final

from ._report import FieldSpec

FIRST_BYTE: Final = "http-first-byte"
"""The exchange from the end of a request to the beginning of its response."""

METHOD: Final = FieldSpec("http_method", "Method", multiple=True, limit=400)
HOST: Final = FieldSpec("http_host", "Host", multiple=True, limit=400)
PATH: Final = FieldSpec("http_path", "Path", multiple=True, limit=400)
STATUS: Final = FieldSpec("http_status", "Status", multiple=True, limit=400)
SERVER_SOFTWARE: Final = FieldSpec("http_server", "Server", multiple=True, limit=400)
CONTENT_TYPE: Final = FieldSpec("http_content_type", "Content type", multiple=True, limit=400)
USER_AGENT: Final = FieldSpec("user_agent", "User agent", multiple=True, limit=400)
VERSION: Final = FieldSpec("http_version", "Version", multiple=True)
QUERY: Final = FieldSpec("http_query", "Query", multiple=True, limit=400, secret=True)
COOKIE: Final = FieldSpec("http_cookie", "Cookies", multiple=True, limit=64, secret=True)
