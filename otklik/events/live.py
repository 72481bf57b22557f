"""Tells browsers what has changed: `GET /live/stream` is a stream of server-sent events.

A message names places and kinds, never numbers: the page fetches its fragments anew through the normal permissions.
"""

import asyncio
import contextlib
import http.cookies
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from otklik.events.viewers import Viewer, find_viewer

SECONDS_BETWEEN = 0.2  # at most five messages a second for each browser
HEARTBEAT_SECONDS = 15.0
RECHECK_SECONDS = 60.0
STREAMS_PER_USER = 12
MAX_NAMED = 200  # more places than this are not listed; an empty list means "any place" to the browser
RIGHTS = frozenset({"rights"})
_encode = msgspec.json.Encoder().encode


class Client:
    """One open stream. Everything here happens in the event loop."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.places: set[int] = set()
        self.kinds: set[str] = set()
        self.everywhere = False
        self.closing = False
        self.wake = asyncio.Event()

    def tell(self, places: Iterable[int] | None, kinds: Iterable[str]) -> None:
        kinds = frozenset(kinds)
        if places is None:
            self.everywhere |= kinds != RIGHTS  # rights are looked up, nothing is said of places
        else:
            seen = set(places) if self.viewer.places is None else self.viewer.places.intersection(places)
            if not seen:
                return
            self.places |= seen
        self.kinds.update(kinds)
        self.wake.set()

    def take(self) -> bytes:
        """The waiting message as bytes of the stream; empty when nothing waits."""
        if not self.kinds:
            return b""
        named = [] if self.everywhere or len(self.places) > MAX_NAMED else sorted(self.places)
        message = _encode({"places": named, "kinds": sorted(self.kinds)})
        self.places.clear()
        self.kinds.clear()
        self.everywhere = False
        return b"event: changed\ndata: " + message + b"\n\n"


class Hub:
    """Spreads what happened to the open streams. `tell` may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._waiting: list[tuple[frozenset[int] | None, frozenset[str]]] = []
        self._closed = False

    def tell(self, places: Iterable[int] | None, kinds: Iterable[str]) -> None:
        """Something happened at `places` (ids; None: it may concern everybody)."""
        news = (None if places is None else frozenset(places), frozenset(kinds))
        with self._lock:
            self._waiting.append(news)
            if len(self._waiting) > 1 or self._closed:
                return
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._spread)

    def _spread(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        kinds = frozenset(itertools.chain.from_iterable(news[1] for news in waiting))
        if any(places is None for places, _ in waiting):
            everywhere = frozenset(
                itertools.chain.from_iterable(k for places, k in waiting if places is None)
            )
            for client in self._clients:
                client.tell(None, everywhere)
        places = frozenset(itertools.chain.from_iterable(places or () for places, _ in waiting))
        if places:
            for client in self._clients:
                client.tell(places, kinds)

    def close(self) -> None:
        """End every stream (in the event loop)."""
        self._closed = True
        for client in self._clients:
            client.closing = True
            client.wake.set()

    def recheck(self) -> None:
        """Rights may have changed: look each viewer up again soon (from any thread)."""
        self.tell(None, RIGHTS)

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
        await _write(send, b"retry: 2000\nevent: hello\ndata: {}\n\n")
        checked = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await client.wake.wait()
            if client.closing:
                break
            client.wake.clear()
            if "rights" in client.kinds or time.monotonic() - checked > RECHECK_SECONDS:
                client.kinds.discard("rights")
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
