"""Whether a terminal can show more than ASCII.

In: the encoding of standard output, the environment. Out: why it cannot, in words. Python takes UTF-8 where the locale is C,
whose ``LC_CTYPE`` it then sets itself; the Linux console has a font of 256 or 512 characters, without braille.
"""

from __future__ import annotations

from collections.abc import Mapping

_NONE = ("C", "POSIX")


def why_ascii(encoding: str, environ: Mapping[str, str]) -> str:
    """The reason to draw in ASCII, empty when there is none."""
    if encoding.lower().replace("-", "") != "utf8":
        return f"the locale's encoding is {encoding}; drawn in ASCII"
    if environ.get("TERM", "").split("-")[0] == "linux":
        return "the Linux console has no braille; drawn in ASCII"
    overall, kind, language = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    if overall in _NONE or (not overall and language in _NONE and kind in ("", "C.UTF-8", *_NONE)):
        return f"the locale is {overall or language}; drawn in ASCII"
    return ""
