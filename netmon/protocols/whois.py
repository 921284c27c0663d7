"""WHOIS: RFC 3912, and referral WHOIS (RFC 2167) as far as it looks the same.

Claimed: one line from the client (a name, an address, perhaps options) and an answer with the words registries use;
away from port 43 both must be there. Told: nothing, since what is asked may be a person.
"""

from __future__ import annotations

import re

from ._contract import MAYBE, NO, WEAK, YES, ApplicationProtocol, Claim, Context
from ._judge import NamedShell
from ._shell import StreamProtocol

PORTS = frozenset((43,))
_QUESTION = re.compile(rb"(?:-[A-Za-z -]{1,40} )?[\x21-\x7e]{1,255}(?: [\x21-\x7e]{1,64}){0,4}\r?\n")
_ANSWER = re.compile(
    rb"(?im)^[ \t]*(?:domain name|domain|refer|inetnum|inet6num|netrange|aut-num|registry domain id|nserver|registrar|% "
    rb"|%%|# arin|no match for|not found|\[querying)|whois server"
)
ENOUGH = 512


class _Whois(NamedShell):
    """One question."""

    __slots__ = ()

    label = "WHOIS"


def judge(context: Context, client: bytes, server: bytes) -> Claim:
    """See the module."""
    if not (client + server).replace(b"\xc2", b"").isascii() and context.server_port not in PORTS:
        return NO
    if client and b"\n" in client and not _QUESTION.fullmatch(client):
        return NO
    if b"\0" in server or len(client) > 400:
        return NO
    usual = context.server_port in PORTS
    answered = bool(_ANSWER.search(server[: 2 * ENOUGH]))
    if answered and usual:
        return YES
    if answered and client and b"\n" in client and b"." in client and b"whois" in server[: 2 * ENOUGH].lower():
        return WEAK
    return MAYBE if len(server) < ENOUGH else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(_Whois, judge, PORTS)
