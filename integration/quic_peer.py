"""An HTTP/3 server and client for the lab, on aioquic.

usage: quic_peer.py serve ADDRESS PORT CERTIFICATE KEY
       quic_peer.py get ADDRESS PORT NAME
"""

import asyncio  # noqa: TID251  # aioquic's own loop, in a process of its own
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import H3Event, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, QuicEvent

BODY = b"hello over HTTP/3\n" * 500


class Server(QuicConnectionProtocol):
    """Answers every request with ``BODY``."""

    http: H3Connection | None = None

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        if self.http is None:
            return
        for each in self.http.handle_event(event):
            if isinstance(each, HeadersReceived):
                self.http.send_headers(each.stream_id, [(b":status", b"200")])
                self.http.send_data(each.stream_id, BODY, end_stream=True)
        self.transmit()


class Client(QuicConnectionProtocol):
    """Counts the body of one response."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.done = asyncio.get_running_loop().create_future()

    def get(self, name: str) -> None:
        """Ask for the root."""
        stream = self._quic.get_next_available_stream_id()
        head = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", name.encode()), (b":path", b"/")]
        self.http.send_headers(stream, head, end_stream=True)
        self.transmit()

    def quic_event_received(self, event: QuicEvent) -> None:
        for each in self.http.handle_event(event):
            self._take(each)

    def _take(self, event: H3Event) -> None:
        if getattr(event, "stream_ended", False) and not self.done.done():
            self.done.set_result(None)


async def serve_forever(address: str, port: int, certificate: str, key: str) -> None:
    """Serve until ended."""
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, is_client=False)
    configuration.load_cert_chain(certificate, key)
    await serve(address, port, configuration=configuration, create_protocol=Server)
    await asyncio.Event().wait()


async def get(address: str, port: int, name: str) -> None:
    """One request."""
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, is_client=True, verify_mode=ssl.CERT_NONE, server_name=name)
    async with connect(address, port, configuration=configuration, create_protocol=Client) as client:
        assert isinstance(client, Client)
        client.get(name)
        await asyncio.wait_for(client.done, 10)


if __name__ == "__main__":
    verb, host, number, *rest = sys.argv[1:]
    asyncio.run(serve_forever(host, int(number), *rest) if verb == "serve" else get(host, int(number), *rest))
