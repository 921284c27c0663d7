"""SMB: negotiation, logon, share, named pipe; SMB 1; encryption."""

from __future__ import annotations

import struct

from netmon.protocols._contract import Claim, Status
from netmon.protocols.smb import PROTOCOL

from ._asn1 import ap_request, gss, ntlm_authenticate
from ._streams import ANYWHERE, Flight, check, run, text_of, values


def session(body: bytes) -> bytes:
    """Length in 24 bits."""
    return len(body).to_bytes(4, "big") + body


def smb2(command: int, body: bytes, flags: int = 0) -> bytes:
    """A packet with a 64-byte header."""
    return session(b"\xfeSMB" + struct.pack("<HHIHHI", 64, 0, 0, command, 1, flags) + bytes(44) + body)


PATH = "\\\\files.example.org\\plans".encode("utf-16-le")
RPC = bytes.fromhex("05000b03100000004800000001000000b810b810000000000100000000000100c84f324b7016d30112785a47bf6ee188"
                    "03000000045d888aeb1cc9119fe808002b10486002000000")  # fmt: skip
CONVERSATION: list[Flight] = [
    (0, smb2(0, struct.pack("<HHHHI16sQ", 36, 2, 1, 0, 0, bytes(16), 0) + struct.pack("<HH", 0x0210, 0x0311))),
    (1, smb2(0, struct.pack("<HHHH", 65, 1, 0x0311, 0) + bytes(56), 1)),
    (0, smb2(1, bytes(24) + ntlm_authenticate())),
    (0, smb2(1, bytes(24) + gss(ap_request()))),
    (1, smb2(1, bytes(9), 1)),
    (0, smb2(3, struct.pack("<HHHH", 9, 0, 72, len(PATH)) + PATH)),
    (0, smb2(9, bytes(48) + RPC)),
    (0, smb2(5, b"private-file-name" * 400)),
]


def test_conversation() -> None:
    """Dialects, names, share, interface; no file name."""
    assert check(PROTOCOL, CONVERSATION) == {
        "smb2_dialect": ("0x0210", "0x0311"),
        "ntlm_domain": ("EXAMPLE",),
        "ntlm_user": ("alice",),
        "ntlm_host": ("LAPTOP",),
        "krb_type": (14,),
        "krb_sname": ("cifs", "files.example.org"),
        "krb_realm": ("EXAMPLE.ORG",),
        "smb_share": ("\\\\files.example.org\\plans",),
        "dcerpc_uuid": ("4b324fc8-1670-01d3-1278-5a47bf6ee188",),
        "dcerpc_interface": ("SRVSVC",),
    }
    finding, _, updates = run(PROTOCOL, CONVERSATION)
    assert (finding.state, finding.risks) == ("ESTABLISHED", ())
    for secret in ("sealed", "private-file"):
        assert secret not in text_of(updates)


def test_smb1_is_a_risk() -> None:
    """Its dialects are told."""
    negotiate = session(b"\xffSMB\x72" + bytes(4) + b"\x18" + bytes(22) + b"\0" + b"\x0c\0" + b"\x02NT LM 0.12\0")
    finding = run(PROTOCOL, [(0, negotiate)])[0]
    assert finding.risks == ("obsolete-smb",)
    assert values(finding)["smb1_dialect"] == ("NT LM 0.12",)


def test_encryption_ends_the_inspection() -> None:
    """Once the client encrypts nothing more can be learned."""
    flights = [*CONVERSATION[:2], (0, session(b"\xfdSMB" + bytes(60)))]
    finding, status, _ = run(PROTOCOL, flights)
    assert (finding.state, status) == ("ENCRYPTED", Status.DONE)


def test_claims() -> None:
    """A NetBIOS session request counts, another length prefix does not."""
    name = b"\x20" + b"CK" * 16 + b"\0"
    assert PROTOCOL.claims(ANYWHERE, b"\x81\0\0\x44" + name * 2, b"") is Claim.YES
    assert PROTOCOL.claims(ANYWHERE, session(b"GET / HTTP"), b"") is Claim.NO
