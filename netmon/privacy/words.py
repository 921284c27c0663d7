"""Stand-ins for names and for what in a text looks like a name or an address.

In: host names, user names, free text, and a key. Out: the same with stand-ins: ``k7d2m4xq.q2hw5ztb.example`` for
``www.example.org`` (equal parts, equal stand-ins), ``user-k7d2m4`` for a user. Rule: in free text rather too much is
replaced than too little; linear time.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Mapping
from hashlib import blake2b

from .addresses import Addresses

_KEPT_LABELS = frozenset({"local", "localhost"})
_FILES = frozenset({
    "c", "cfg", "cnf", "conf", "crt", "css", "db", "dll", "exe", "gz", "h", "html", "ini", "jar", "js", "json", "key",
    "list", "lock", "log", "md", "mjs", "pcap", "pcapng", "pem", "php", "pid", "pl", "plist", "py", "pyc", "rb", "rs",
    "scope", "service", "sh", "slice", "so", "sock", "socket", "sql", "target", "timer", "toml", "ts", "tsx", "txt",
    "xml", "yaml", "yml", "zip",
})  # fmt: skip
_FOUND = re.compile(
    r"(?P<mac>(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-]))"
    r"|(?P<v6>(?<![\w:])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:.]{2,45})"
    r"|(?P<v4>(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\w))"
    r"|(?P<home>/(?:home|Users)/[^/\s'\":]+)"
    r"|(?P<mail>(?<![\w.@-])[\w.+-]{1,64}@(?=\w))"
    r"|(?P<host>(?<![\w-])\w[\w-]*(?:\.[\w-]+)+)"
)
_VERSION = re.compile(r"[\w-]*\d(?:\.\d\w*)+")
"""``OpenSSH_9.6p1``."""


class Words:
    """Names under one key."""

    def __init__(self, key: bytes, addresses: Addresses) -> None:
        self._key = key
        self._addresses = addresses

    def _word(self, what: bytes, text: str, length: int = 8) -> str:
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10, key=self._key, person=what).digest()
        return b32encode(digest).decode("ascii").lower()[:length]

    def host(self, name: str) -> str:
        """For a host name; an address in its place is treated as one."""
        if not name:
            return name
        try:
            return self._addresses.stand_in(name)
        except ValueError:
            pass
        labels = name.lower().rstrip(".").split(".")
        if len(labels) > 40:
            return self.opaque(name)
        kept = labels[-1] in _KEPT_LABELS
        found = []
        for index, label in enumerate(labels):
            stays = (kept and index == len(labels) - 1) or label.startswith("_")
            found.append(label if stays else self._word(b"host", ".".join(labels[index:])))
        return ".".join(found if kept or len(labels) == 1 else [*found, "example"])

    def user(self, name: str) -> str:
        """For a user or group name; ``root`` is everybody's."""
        return name if name in ("", "root") else f"user-{self._word(b'user', name, 6)}"

    def opaque(self, text: str) -> str:
        """For anything else that names somebody."""
        return f"~{self._word(b'text', text, 8)}" if text else text

    def value(self, text: str) -> str:
        """For one whole value, by what it looks like."""
        found = _FOUND.fullmatch(text)
        if found is not None and found.lastgroup in ("mac", "v4", "v6", "host"):
            return self._found(found)
        local, sign, domain = text.rpartition("@")
        if sign and local and " " not in text:
            return f"{self.user(local)}@{self.host(domain)}"
        return self.opaque(text)

    def text(self, text: str, known: Mapping[str, str] | None = None) -> str:
        """Free text: what is ``known`` is replaced where it stands as a word, then whatever looks like a name."""
        if known:
            longest = sorted((word for word in known if len(word) > 2 and word in text), key=len, reverse=True)
            if longest:
                pattern = "|".join(map(re.escape, longest))
                pieces = re.split(f"(?<!\\w)({pattern})(?!\\w)", text)
                # What has been replaced is not looked at again.
                return "".join(
                    known[piece] if index % 2 else _FOUND.sub(self._found, piece) for index, piece in enumerate(pieces)
                )
        return _FOUND.sub(self._found, text)

    def _found(self, found: re.Match[str]) -> str:
        text, kind = found[0], found.lastgroup
        if kind == "home":
            folder, _, name = text[1:].partition("/")
            return f"/{folder}/{self.user(name)}"
        if kind == "mail":
            return f"{self.user(text[:-1])}@"
        if kind == "host":
            first, _, last = text.rpartition(".")
            if _VERSION.fullmatch(text) or not any(character.isalpha() for character in last):
                return text
            if last.lower() in _FILES:
                return f"{self.host(first)}.{last}" if "." in first else text
            return self.host(text)
        core = text.rstrip(".:") if kind == "v6" and not text.endswith("::") else text
        try:
            return self._addresses.stand_in(core.replace("-", ":").lower()) + text[len(core) :]
        except ValueError:
            return text
