"""The tokens a TDS response begins with ([MS-TDS] section 2.2.7): who the server is, and errors.

In: the body of a response's first packet. Out: fields in a report. Rows, and the texts of errors, are not looked at.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._cursor import Cursor
from ._report import FieldSpec, Report

SERVER = FieldSpec("tds_server", "Server")
VERSION = FieldSpec("tds_version", "TDS version")
ERROR = FieldSpec("tds_error", "Errors", multiple=True, limit=16)
LOGIN_ACKNOWLEDGED, ERROR_TOKEN, MESSAGE_5 = 0xAD, 0xAA, 0xE5
WORST_INFORMATION = 10
"""Class up to which a message of TDS 5 (EED) is no error."""
_STEPPED_OVER = frozenset((0xE3, 0xAB, 0xED, 0xA9))
"""Changes of the environment, information, SSPI, order: a length of two octets, as the three above have."""
_KINDS = _STEPPED_OVER | {LOGIN_ACKNOWLEDGED, ERROR_TOKEN, MESSAGE_5}
MAXIMUM_TOKENS = 64


def report_tokens(report: Report, body: Cursor) -> bool:
    """Tell what there is; true when the log-in was acknowledged. Stops at the first token of another kind."""
    acknowledged = False
    for _ in range(MAXIMUM_TOKENS):
        if body.left < 3 or body.peek(1)[0] not in _KINDS:
            break
        kind = body.u8()
        try:
            token = body.sub(body.u16le())
            if kind == ERROR_TOKEN:
                report.add(ERROR, token.u32le())
            elif kind == MESSAGE_5:
                number, _, worth = token.u32le(), token.u8(), token.u8()
                if worth > WORST_INFORMATION:
                    report.add(ERROR, number)
            elif kind == LOGIN_ACKNOWLEDGED:
                acknowledged = True
                _acknowledgement(report, token)
        except ParseError:  # cut
            break
    return acknowledged


def _acknowledgement(report: Report, token: Cursor) -> None:
    """Interface, version of the protocol (big-endian), name and version of the program. Sybase has its name in ASCII."""
    token.skip(1)
    major, minor = token.u8() >> 4, token.data[token.position - 1] & 0x0F
    token.skip(3)
    if major < 7:
        report.set(VERSION, f"{minor}.{token.data[token.position - 3]}")
        name = token.take(token.u8()).decode("ascii", "replace")
    else:
        report.set(VERSION, f"{major}.{minor}")
        name = token.take(2 * token.u8()).decode("utf-16-le", "replace")
    program = token.take(4)
    build = int.from_bytes(program[2:], "big")
    report.set(SERVER, f"{name.rstrip(chr(0))} {program[0]}.{program[1]}.{build}")
