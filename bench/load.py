"""A small HTTP/1.1 load generator: keep-alive connections over asyncio streams, one request at a time on each."""

import asyncio
import dataclasses
import time
from collections.abc import Callable


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What a run measured: seconds, requests, latencies in seconds in rising order."""

    seconds: float
    latencies: list[float]
    refused: int

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class Client(asyncio.Protocol):
    """One connection: sends the next request as soon as the answer to the last one is there."""

    def __init__(
        self, make: Callable[[], bytes | None], latencies: list[float], done: asyncio.Future[None]
    ) -> None:
        self._make = make
        self._latencies = latencies
        self._done = done
        self._buffer = b""
        self._sent = 0.0
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = self._make()
        if request is None:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data
        head, found, rest = buffer.partition(b"\r\n\r\n")
        if not found:
            self._buffer = buffer
            return
        mark = head.find(b"content-length: ")
        length = int(head[mark + 16 :].split(b"\r\n", 1)[0]) if mark >= 0 else 0
        if len(rest) < length:
            self._buffer = buffer
            return
        self._buffer = rest[length:]
        self._latencies.append(time.perf_counter() - self._sent)
        if b" 202 " not in head[:16]:
            self.refused += 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


async def load(port: int, connections: int, make: Callable[[], bytes | None]) -> Load:
    """Send what `make` gives over `connections` connections until it gives None."""
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    clients, waiting = [], []
    started = time.perf_counter()
    for _ in range(connections):
        done = loop.create_future()
        client = Client(make, latencies, done)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
        clients.append(client)
        waiting.append(done)
    await asyncio.gather(*waiting)
    return Load(time.perf_counter() - started, sorted(latencies), sum(client.refused for client in clients))


def request(key: str, body: bytes) -> bytes:
    head = (
        f"POST /ingest/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
