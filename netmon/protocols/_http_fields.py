"""What HTTP of any version tells, in the same fields."""

from __future__ import annotations

from ._report import FieldSpec

FIRST_BYTE = "http-first-byte"
"""The exchange from the end of a request to the beginning of its response."""

METHOD = FieldSpec("http_method", "Method", multiple=True, limit=400)
HOST = FieldSpec("http_host", "Host", multiple=True, limit=400)
PATH = FieldSpec("http_path", "Path", multiple=True, limit=400)
STATUS = FieldSpec("http_status", "Status", multiple=True, limit=400)
SERVER_SOFTWARE = FieldSpec("http_server", "Server", multiple=True, limit=400)
CONTENT_TYPE = FieldSpec("http_content_type", "Content type", multiple=True, limit=400)
USER_AGENT = FieldSpec("user_agent", "User agent", multiple=True, limit=400)
VERSION = FieldSpec("http_version", "Version", multiple=True)
QUERY = FieldSpec("http_query", "Query", multiple=True, limit=400, secret=True)
COOKIE = FieldSpec("http_cookie", "Cookies", multiple=True, limit=64, secret=True)
