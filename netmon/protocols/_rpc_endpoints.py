"""Where DCE/RPC services listen, and what their interfaces are called (C706 appendices I and L, [MS-RPCE] section 2.2.1.2).

In: the UUID of an interface; a bind acknowledgement; the endpoint mapper's answer to ``ept_map``. Out: names; endpoints as
in string bindings: ``135``, ``\\PIPE\\lsass``, ``ncacn_ip_tcp:192.0.2.1[49667]``.
"""

from __future__ import annotations

from socket import inet_ntoa

from netmon.errors import ParseError

from ._cursor import Cursor
from ._report import FieldSpec, Report

ENDPOINT = FieldSpec("dcerpc_endpoint", "Endpoint", multiple=True)
INTERFACE = FieldSpec("dcerpc_interface", "RPC services", multiple=True)
MAPPER = "e1af8308-5d1f-11c9-91a4-08002b14a0fa"
MAP = 3
"""``ept_map`` of the endpoint mapper."""
MAXIMUM_TOWERS, MAXIMUM_FLOORS = 16, 8
_LONGEST_ENDPOINT = 256
NAMES = {
    MAPPER: "EPMAPPER", "12345678-1234-abcd-ef00-01234567cffb": "NETLOGON", "12345778-1234-abcd-ef00-0123456789ab": "LSARPC",
    "12345778-1234-abcd-ef00-0123456789ac": "SAMR", "12345678-1234-abcd-ef00-0123456789ab": "SPOOLSS",
    "76f03f96-cdfd-44fc-a22c-64950a001209": "IRemoteWinspool", "4b324fc8-1670-01d3-1278-5a47bf6ee188": "SRVSVC",
    "6bffd098-a112-3610-9833-46c3f87e345a": "WKSSVC", "6bffd098-a112-3610-9833-012892020162": "BROWSER",
    "367abb81-9844-35f1-ad32-98f038001003": "SVCCTL", "338cd001-2244-31f1-aaaa-900038001003": "WINREG",
    "3919286a-b10c-11d0-9ba8-00c04fd92ef5": "DSSETUP", "e3514235-4b06-11d1-ab04-00c04fc2dcd2": "DRSUAPI",
    "f5cc5a18-4264-101a-8c59-08002b2f8426": "NSPI", "1544f5e0-613c-11d1-93df-00c04fd7bd09": "RFRI",
    "1ff70682-0a51-30e8-076d-740be8cee98b": "ATSVC", "378e52b0-c0a9-11cf-822d-00aa0051e40f": "SASEC",
    "86d35949-83c9-4044-b424-db363231fd0c": "ITaskSchedulerService", "82273fdc-e32a-18c3-3f78-827929dc23ea": "EVENTLOG",
    "f6beaff7-1e19-4fbb-9f8f-b89e2018337c": "IEventService", "4fc742e0-4a10-11cf-8273-00aa004ae673": "NETDFS",
    "c681d488-d850-11d0-8c52-00c04fd90f7e": "EFSRPC", "df1941c5-fe89-4e79-bf10-463657acf44d": "EFSRPC",
    "50abc2a4-574d-40b3-9d66-ee4fd5fba076": "DNSSERVER", "6bffd098-a112-3610-9833-46c3f874532d": "DHCPSRV",
    "5b821720-f63b-11d0-aad2-00c04fc324db": "DHCPSRV2", "3dde7c30-165d-11d1-ab8f-00805f14db40": "BACKUPKEY",
    "91ae6020-9e3c-11cf-8d7c-00aa00c091be": "ICertPassage", "b9785960-524f-11df-8b6d-83dcded72085": "ISDKey",
    "897e2e5f-93f3-4376-9c9c-fd2277495c27": "FrsTransport", "f5cc59b4-4264-101a-8c59-08002b2f8426": "FRSRPC",
    "99fcfec4-5260-101b-bbcb-00aa0021347a": "IObjectExporter", "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": "IActivation",
    "000001a0-0000-0000-c000-000000000046": "IRemoteSCMActivator", "00000143-0000-0000-c000-000000000046": "IRemUnknown2",
    "9556dc99-828c-11cf-a37e-00aa003240c7": "IWbemServices", "f309ad18-d86a-11d0-a075-00c04fb68820": "IWbemLevel1Login",
    "afa8bd80-7d8a-11c9-bef4-08002b102989": "MGMT", "5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc": "MSGSVC",
    "894de0c0-0d55-11d3-a322-00c04fa321a1": "INITSHUTDOWN", "2f5f6520-ca46-1067-b319-00dd010662da": "TAPSRV",
    "8d9f4e40-a03d-11ce-8f69-08003e30051b": "PNP", "a8e0653c-2744-4389-a61d-7373df8b2292": "FileServerVssAgent",
    "dea00001-6c97-11d1-8271-00a02442df7d": "PROFINET device", "dea00002-6c97-11d1-8271-00a02442df7d": "PROFINET controller",
    "dea00003-6c97-11d1-8271-00a02442df7d": "PROFINET supervisor",
}  # fmt: skip
"""Interfaces by their names in Microsoft's open specifications and IEC 61158."""
_TCP, _UDP, _IP, _PIPE, _SMB_PIPE, _HTTP = 0x07, 0x08, 0x09, 0x10, 0x0F, 0x1F
_SEQUENCES = {_TCP: "ncacn_ip_tcp", _UDP: "ncadg_ip_udp", _HTTP: "ncacn_http", _SMB_PIPE: "ncacn_np", _PIPE: "ncalrpc"}


def report_interface(report: Report, uuid: str) -> None:
    """The name of an interface, where it has one."""
    report.add(INTERFACE, NAMES.get(uuid, ""))


def report_secondary(report: Report, body: Cursor, little: bool) -> None:
    """The secondary address of a bind acknowledgement: where this server listens. ``body``: behind the common header."""
    body.skip(8)
    length = body.u16le() if little else body.u16()
    if 1 < length <= _LONGEST_ENDPOINT:
        text = body.take(length).rstrip(b"\0")
        if text.isascii():
            report.add(ENDPOINT, text)


def report_towers(report: Report, body: Cursor, little: bool) -> None:
    """The endpoints of a response to ``ept_map``. ``body``: behind the common header."""
    body.skip(8 + 20)  # hint, context, cancellations; the context handle
    number = body.u32le if little else body.u32
    count = number()
    body.skip(8)
    actual = number()
    if count > MAXIMUM_TOWERS or actual != count:
        raise ParseError("no towers")
    body.skip(4 * count)
    for _ in range(count):
        size = number()
        if number() != size:
            raise ParseError("no tower")
        report.add(ENDPOINT, _tower(body.sub(size)))
        body.skip(-size % 4)


def _tower(octets: Cursor) -> str:
    """A tower's floors, little-endian always: protocol identifier and address each."""
    sequence = place = host = ""
    for _ in range(min(octets.u16le(), MAXIMUM_FLOORS)):
        left, right = octets.take(octets.u16le()), octets.take(octets.u16le())
        kind = left[0] if len(left) == 1 else -1
        if kind == _IP and len(right) == 4:
            host = inet_ntoa(right) if any(right) else ""
        elif kind in _SEQUENCES:
            sequence = _SEQUENCES[kind]
            text = right.rstrip(b"\0").decode("ascii", "replace")
            place = str(int.from_bytes(right, "big")) if kind in (_TCP, _UDP, _HTTP) and len(right) == 2 else text
    return f"{sequence}:{host}[{place}]" if sequence else ""
