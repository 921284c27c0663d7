"""Apache RocketMQ's remoting protocol (rocketmq.apache.org, "RemotingCommand").

Claimed: lengths that agree and a header in JSON with the command's own members. Told: codes and the language of the
program. What is sent is not.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol

START = 8
JSON = 0
MAXIMUM = 1 << 24
CODES = {
    10: "SEND_MESSAGE", 11: "PULL_MESSAGE", 14: "QUERY_CONSUMER_OFFSET", 15: "UPDATE_CONSUMER_OFFSET", 34: "HEART_BEAT",
    35: "UNREGISTER_CLIENT", 38: "GET_CONSUMER_LIST_BY_GROUP", 41: "LOCK_BATCH_MQ", 103: "REGISTER_BROKER",
    105: "GET_ROUTEINFO_BY_TOPIC", 106: "GET_BROKER_CLUSTER_INFO", 310: "SEND_MESSAGE_V2", 320: "SEND_BATCH_MESSAGE",
}  # fmt: skip
_CODE = re.compile(rb'"code":(-?\d{1,6})')
_NUMBER = re.compile(rb'"opaque":(-?\d{1,10})')
_LANGUAGE = re.compile(rb'"language":"([A-Z]{1,12})"')
_FLAG = re.compile(rb'"flag":(\d)')
COMMAND = FieldSpec("rocketmq_command", "Commands", multiple=True)
LANGUAGE = FieldSpec("rocketmq_language", "Languages", multiple=True, limit=4)


def sizes(head: bytes) -> tuple[int, int]:
    """Whole length and that of the header of the command that begins with these eight octets; ``ParseError``."""
    total, header = int.from_bytes(head[:4], "big"), int.from_bytes(head[5:8], "big")
    if head[4] > 1 or not 16 <= header <= total - 4 or total > MAXIMUM:
        raise ParseError("no remoting command")
    return 4 + total, header


class _RocketMq(FrameShell):
    """One connection."""

    __slots__ = ()

    label, header, limit = "RocketMQ", START, 1024

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  the flag tells who speaks
        """Both lengths."""
        return sizes(head)[0]

    def frame(self, side: int, message: Cursor) -> Status:
        """One command, when its header is JSON."""
        _, size = sizes(message.peek(START))
        message.skip(START)
        text = message.take(min(size, message.left))
        code, number, language, flag = (found.search(text) for found in (_CODE, _NUMBER, _LANGUAGE, _FLAG))
        report = self.report
        report.state = "COMMAND"
        if not (code and number and flag):
            return MORE
        report.add(LANGUAGE, language[1] if language else b"")
        if int(flag[1]) & 1:
            report.response((1 - side, number[1]), self.now, "rocketmq")
            return MORE
        name = CODES.get(int(code[1]), code[1].decode("ascii"))
        report.add(COMMAND, name)
        report.summary = name
        report.request((side, number[1]), self.now, "rocketmq")
        return MORE


def command(head: bytes) -> Claim:
    """Lengths, then JSON."""
    if len(head) < START + 8:
        return MAYBE if not any(head[:1]) and (len(head) < 9 or head[8:9] == b"{") else NO
    _, size = sizes(head)
    text = head[START : START + size]
    if head[4] != JSON or not text.startswith(b'{"'):
        return NO
    if _CODE.search(text) and (_LANGUAGE.search(text) or _NUMBER.search(text)):
        return YES
    return MAYBE if len(text) < min(size, 1500) else NO


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Either end."""
    return jointly(client, server, command)


PROTOCOL: ApplicationProtocol = StreamProtocol(_RocketMq, judge, frozenset(), frozenset((0,)))
