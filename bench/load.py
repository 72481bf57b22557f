"""A small HTTP/1.1 load generator: keep-alive connections on epoll, one request at a time on each.

It shares the machine's cores with the server, so it does as little as it can: requests are made beforehand, an answer is
read with one call and only as far as the measurement needs.
"""

import dataclasses
import selectors
import socket
import time
from collections.abc import Iterator

PATIENCE_SECONDS = 60.0
READ_BYTES = 65_536


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """What a run measured: seconds, requests, latencies in seconds in rising order, CPU seconds of the generator."""

    seconds: float
    latencies: list[float]
    refused: int
    cpu: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


class Client:
    """One connection: sends the next request as soon as the answer to the last one is there."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._buffer = b""
        self._sent = 0.0
        self.latencies: list[float] = []
        self.refused = 0

    def send(self) -> bool:
        """Send the next request; False when there is none."""
        request = next(self._requests, None)
        if request is None:
            return False
        self._sent = time.perf_counter()
        self.socket.sendall(request)
        return True

    def read(self) -> bool:
        """Read what is there and go on after a whole answer; False at the end."""
        data = self.socket.recv(READ_BYTES)
        if not data:
            raise ConnectionError("the server closed the connection")
        self._buffer += data
        if not _is_whole(self._buffer):
            return True
        self.latencies.append(time.perf_counter() - self._sent)
        if not self._buffer.startswith(b"HTTP/1.1 202 "):
            self.refused += 1
        self._buffer = b""
        return self.send()


def _is_whole(answer: bytes) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    mark = answer.find(b"content-length: ", 0, end)
    length = int(answer[mark + 16 : answer.index(b"\r\n", mark)]) if mark >= 0 else 0
    return len(answer) >= end + 4 + length


def load(port: int, connections: int, requests: list[bytes]) -> Load:
    """Send the requests over `connections` connections; returns when every one is answered."""
    waiting = iter(requests)
    clients = [Client(port, waiting) for _ in range(connections)]
    cpu, started = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client.read)
        busy = sum([client.send() for client in clients])
        while busy:
            ready = selector.select(PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                busy -= not key.data()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    for client in clients:
        client.socket.close()
    latencies = sorted(one for client in clients for one in client.latencies)
    return Load(seconds, latencies, sum(client.refused for client in clients), cpu)


def request(key: str, body: bytes) -> bytes:
    head = (
        f"POST /ingest/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
