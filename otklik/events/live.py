"""Tells browsers what has changed: `GET /live/stream` is a stream of server-sent events.

A message names places and kinds, never numbers: the page fetches its fragments anew through the normal permissions.
"""

import asyncio
import contextlib
import http.cookies
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec

from otklik.events.told import TOLD
from otklik.events.viewers import Viewer, find_viewer

SECONDS_BETWEEN = 0.2  # at most five messages a second for each browser
HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 60.0
STREAMS_PER_USER = 12
MAX_NAMED = 200  # more places than this are not listed; an empty list means "any place" to the browser
_encode = msgspec.json.Encoder().encode


class Client:
    """One open stream. Everything here happens in the event loop."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.since = TOLD.seq  # what comes after it is told
        self.places: set[int] = set()
        self.kinds: set[str] = set()
        self.recheck = False  # the viewer's rights may have changed
        self.closing = False
        self.wake = asyncio.Event()

    def tell(self, news: Mapping[str, set[int]]) -> None:
        """What happened, as places of each kind: a kind is named only if it happened where the viewer may look."""
        for kind, places in news.items():
            seen = places if self.viewer.places is None else self.viewer.places & places
            if seen:
                self.places |= seen
                self.kinds.add(kind)
                self.wake.set()

    def take(self) -> bytes:
        """The waiting message as bytes of the stream; empty when nothing waits."""
        if not self.kinds:
            return b""
        named = [] if len(self.places) > MAX_NAMED else sorted(self.places)
        message = _encode({"places": named, "kinds": sorted(self.kinds), "seq": TOLD.seq})
        self.places.clear()
        self.kinds.clear()
        return b"event: changed\ndata: " + message + b"\n\n"


class Hub:
    """Spreads what happened to the open streams. `tell` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._waiting: list[Mapping[str, frozenset[int]] | None] = []
        self._seq = 0
        self._closed = False

    def tell(self, news: Mapping[str, frozenset[int]] | None, seq: int = 0) -> None:
        """Something happened: the places (ids) of each kind, up to event `seq`; None: rights may have changed."""
        with self._lock:
            self._seq = max(self._seq, seq)
            self._waiting.append(news)
            if len(self._waiting) > 1 or self._closed:
                return
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._spread)

    def _spread(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
            TOLD.seq = self._seq
        together: defaultdict[str, set[int]] = defaultdict(set)
        for news in waiting:
            for kind, places in (news or {}).items():
                together[kind] |= places
        for client in self._clients:
            client.tell(together)
            if None in waiting:
                client.recheck = True
                client.wake.set()

    def close(self) -> None:
        """End every stream (in the event loop)."""
        self._closed = True
        for client in self._clients:
            client.closing = True
            client.wake.set()

    def recheck(self) -> None:
        """Rights may have changed: look each viewer up again soon (from any thread)."""
        self.tell(None)

    async def stream(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer `GET /live/stream` until the browser goes."""
        session = _session_key(scope)
        viewer = await asyncio.to_thread(find_viewer, session) if session else None
        status = 200
        if viewer is None:
            status = 401
        elif self._closed:
            status = 503
        elif Counter(client.viewer.user for client in self._clients)[viewer.user] >= STREAMS_PER_USER:
            status = 429
        if viewer is None or status != 200:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        client = Client(viewer)
        self._clients.add(client)
        gone = asyncio.ensure_future(_until_gone(receive, client))
        try:
            await self._feed(client, session, send)
        finally:
            self._clients.discard(client)
            gone.cancel()

    async def _feed(self, client: Client, session: str, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        await _write(send, b"retry: 2000\nevent: hello\ndata: " + _encode({"seq": client.since}) + b"\n\n")
        checked = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await client.wake.wait()
            if client.closing:
                break
            client.wake.clear()
            if client.recheck or time.monotonic() - checked > RECHECK_SECONDS:
                client.recheck = False
                viewer = await asyncio.to_thread(find_viewer, session)
                if viewer is None:
                    break
                client.viewer, checked = viewer, time.monotonic()
            await _write(send, client.take() or b"event: beat\ndata: {}\n\n")
            await asyncio.sleep(SECONDS_BETWEEN)
        with contextlib.suppress(Exception):  # the browser may be gone already
            await send({"type": "http.response.body", "body": b"", "more_body": False})


STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _write(send: Any, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _until_gone(receive: Any, client: Client) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    client.closing = True
    client.wake.set()


def _session_key(scope: dict[str, Any]) -> str:
    from django.conf import settings

    cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            with contextlib.suppress(http.cookies.CookieError):
                cookies.load(value.decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return "" if morsel is None else morsel.value
