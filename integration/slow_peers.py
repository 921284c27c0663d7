"""Both ends of recorded conversations over real sockets, each waiting before it answers.

usage: slow_peers.py serve|talk ADDRESS PLAN SECONDS

A plan is a JSON list of conversations: ``transport``, ``port`` (of the server), ``flights``: [side, hexadecimal] in order,
and ``client_port`` where that matters (datagrams).
``serve`` says ``ready`` and serves them until it is ended; ``talk`` holds all of them and says in JSON, by number, the
client's port. Whoever speaks after the other one waits that many seconds first.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import trio

CLIENT, SERVER = 0, 1
AT_ONCE = 12
PATIENCE = 20.0
Conversation = dict[str, Any]
Exact = Callable[[int], Awaitable[bytes]]


async def speak(
    conversation: Conversation, own: int, wait: float, send: Callable[[bytes], Awaitable[object]], read: Exact
) -> None:
    """One end: its own flights are sent, the other's read."""
    before = own
    for side, text in conversation["flights"]:
        data = bytes.fromhex(text)
        if side == own:
            if before != own:
                await trio.sleep(wait)
            await send(data)
        else:
            await read(len(data))
        before = side


def reader(stream: trio.SocketStream) -> Exact:
    """Exactly so many bytes, however they come."""

    async def read(size: int) -> bytes:
        got = b""
        while len(got) < size:
            part = await stream.receive_some(size - len(got))
            if not part:
                raise ConnectionError("closed too early")
            got += part
        return got

    return read


async def serve(address: str, plan: list[Conversation], wait: float) -> None:
    """Listeners of all conversations; each is held once."""
    async with trio.open_nursery() as nursery:
        for one in plan:
            if one["transport"] == "tcp":
                (listener,) = await trio.open_tcp_listeners(one["port"], host=address)
                nursery.start_soon(_serve_stream, listener, one, wait)
            else:
                endpoint = trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                await endpoint.bind((address, one["port"]))
                nursery.start_soon(_serve_datagrams, endpoint, one, wait)
        print("ready", flush=True)


async def _serve_stream(listener: trio.SocketListener, conversation: Conversation, wait: float) -> None:
    stream = await listener.accept()
    stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await speak(conversation, SERVER, wait, stream.send_all, reader(stream))
    await stream.send_eof()
    await stream.receive_some()
    await stream.aclose()


async def _serve_datagrams(endpoint: trio.socket.SocketType, conversation: Conversation, wait: float) -> None:
    peer: Any = None

    async def read(size: int) -> bytes:
        nonlocal peer
        data, peer = await endpoint.recvfrom(size + 1)
        return data

    async def send(data: bytes) -> None:
        if peer is not None:  # a server that speaks first knows nobody yet
            await endpoint.sendto(data, peer)

    await speak(conversation, SERVER, wait, send, read)


async def talk(address: str, plan: list[Conversation], wait: float) -> None:
    """The clients."""
    ports: dict[int, int] = {}
    limit = trio.CapacityLimiter(AT_ONCE)

    async def hold(number: int, one: Conversation) -> None:
        async with limit:
            with trio.fail_after(PATIENCE):
                if one["transport"] == "tcp":
                    stream = await trio.open_tcp_stream(address, one["port"])
                    stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    ports[number] = stream.socket.getsockname()[1]
                    await speak(one, CLIENT, wait, stream.send_all, reader(stream))
                    await stream.send_eof()
                    await stream.receive_some()
                    await stream.aclose()
                else:
                    endpoint = trio.socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    if one.get("client_port"):
                        await endpoint.bind(("", one["client_port"]))
                    await endpoint.connect((address, one["port"]))
                    ports[number] = endpoint.getsockname()[1]
                    await speak(one, CLIENT, wait, endpoint.send, lambda size: endpoint.recv(size + 1))
                    endpoint.close()

    async with trio.open_nursery() as nursery:
        for number, one in enumerate(plan):
            nursery.start_soon(hold, number, one)
    print(json.dumps(ports))


def main() -> None:
    """See the module."""
    role, address, plan, seconds = sys.argv[1:]
    conversations = json.loads(Path(plan).read_text(encoding="ascii"))
    trio.run(serve if role == "serve" else talk, address, conversations, float(seconds))


if __name__ == "__main__":
    main()
