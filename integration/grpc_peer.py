"""gRPC between Google's own library on both ends, without TLS; needs grpcio, which no test does.

usage: grpc_peer.py serve ADDRESS PORT | call ADDRESS PORT

Calls: one that is answered, one of a stream of answers, one that is refused; with a token in the metadata.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc

SECRET = ("authorization", "Bearer planted-secret")


def _answer(request: bytes, context: Any) -> bytes:
    return b"hello " + request


def _stream(request: bytes, context: Any) -> Iterator[bytes]:
    for number in range(3):
        yield b"%d" % number


def _refuse(request: bytes, context: Any) -> bytes:
    context.abort(grpc.StatusCode.PERMISSION_DENIED, "planted-secret was wrong")
    return b""


def serve(address: str, port: str) -> None:
    """Until it is ended."""
    methods = {
        "Say": grpc.unary_unary_rpc_method_handler(_answer),
        "Count": grpc.unary_stream_rpc_method_handler(_stream),
        "Deny": grpc.unary_unary_rpc_method_handler(_refuse),
    }
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.Greeter", methods),))
    server.add_insecure_port(f"{address}:{port}")
    server.start()
    server.wait_for_termination()


def call(address: str, port: str) -> None:
    """The three of them over one connection."""
    with grpc.insecure_channel(f"{address}:{port}") as channel:
        channel.unary_unary("/shop.Greeter/Say")(b"planted-secret", metadata=[SECRET], timeout=5)
        list(channel.unary_stream("/shop.Greeter/Count")(b"", timeout=5))
        try:
            channel.unary_unary("/shop.Greeter/Deny")(b"", metadata=[SECRET], timeout=5)
        except grpc.RpcError as problem:
            assert problem.code() is grpc.StatusCode.PERMISSION_DENIED


if __name__ == "__main__":
    (serve if sys.argv[1] == "serve" else call)(sys.argv[2], sys.argv[3])
