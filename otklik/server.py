"""One process, one port: our ASGI edge for /ingest, /live and /healthz, Django as WSGI threads for the rest."""

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvloop
from a2wsgi import WSGIMiddleware
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server as Granian

from otklik import __version__

logger = logging.getLogger("otklik.server")

WSGI_THREADS = 8
BACKLOG = 2048
DRAIN_SECONDS = 20.0
HOUSEKEEPING_SECONDS = 0.5

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """The ASGI application. Answers 503 until the store is open and the catalogue is read."""

    _django: Any  # a2wsgi has its own, stricter names for the same messages

    def __init__(self, when_ready: Callable[[], None] | None = None) -> None:
        self._when_ready = when_ready
        self._ready = False
        self._failure: BaseException | None = None
        self._colours: Any = None
        self._open_requests = 0
        self._stopping = threading.Event()
        self.failed = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        self._open_requests += 1
        try:
            await self._route(scope, receive, send)
        finally:
            self._open_requests -= 1

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/healthz":
            await self._health(send)
        elif not self._ready:
            await _answer(send, 503, {"error": "The server is starting.", "code": "starting", "field": ""})
        elif path.startswith("/ingest/"):
            await self._edge(scope, receive, send)
        elif path == "/live/stream":
            await self._hub.stream(scope, receive, send)
        else:
            await self._django(_ascii_query(scope), _as_coroutine(receive), send)

    async def _health(self, send: Send) -> None:
        if self._ready and not self._stopping.is_set():
            await _answer(send, 200, {"status": "ok", "version": __version__})
        else:
            await _answer(send, 503, {"status": "starting", "version": __version__})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()  # lifespan.startup
        opening = asyncio.create_task(self._open())
        await send({"type": "lifespan.startup.complete"})
        await receive()  # lifespan.shutdown
        opening.cancel()
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        try:
            from otklik.events.edge import Edge
            from otklik.events.live import Hub
            from otklik.jobs.upkeep import ask_for_what_is_due
            from otklik.jobs.worker import Workers

            self._edge, self._hub = Edge(), Hub(asyncio.get_running_loop())
            django, self._colours = await asyncio.to_thread(_open_everything, self._hub)
            self._django = WSGIMiddleware(django, WSGI_THREADS)
            threading.Thread(target=self._keep_house, name="housekeeping", daemon=True).start()
            if self._when_ready is not None:
                await asyncio.to_thread(self._when_ready)
            self._workers = Workers(ask_for_what_is_due)
            self._workers.start()
            self._ready = True
        except BaseException as error:
            self._failure = error
            self.failed.set()
            raise

    def _keep_house(self) -> None:
        """Follow what other processes do to the catalogue; note when API keys were last used."""
        from django.db import connection

        from otklik.company.keys import write_last_used_sometimes
        from otklik.events.directory import Directory

        while not self._stopping.wait(HOUSEKEEPING_SECONDS):
            try:
                before, now = Directory.at_hand(), Directory.refresh()
                if now is not before:
                    self._hub.recheck()
                write_last_used_sometimes()
            except Exception:
                logger.exception("housekeeping")
        connection.close()

    def stop_streams(self) -> None:
        """Say that the end is near: /healthz turns to 503 and live streams end."""
        self._stopping.set()
        if self._ready:
            self._hub.close()
            self._workers.ask_to_stop()

    async def _close(self) -> None:
        """Let open requests finish, then close the store: whatever was acknowledged is on disk."""
        from otklik.events.record import close_store

        self.stop_streams()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._open_requests and time.monotonic() < deadline:  # noqa: ASYNC110  # counted on the hot path
            await asyncio.sleep(0.02)
        if self._colours is not None:
            await asyncio.to_thread(self._colours.stop)
        if self._ready:
            await asyncio.to_thread(self._workers.stop)
        await asyncio.to_thread(close_store)
        await asyncio.to_thread(_write_catalogue_home)


def _open_everything(hub: Any) -> tuple[Callable[..., Any], Any]:
    from otklik.events.directory import Directory
    from otklik.events.record import open_store
    from otklik.metrics.states.evaluator import Evaluator
    from otklik.wsgi import application

    store = open_store(keeper=True)
    store.on_commit(lambda committed: hub.tell(committed.places, committed.seq))
    store.start_keeper()
    Directory.refresh()
    colours = Evaluator(hub.tell)
    store.on_commit(lambda _committed: colours.wake())
    colours.start()
    return application, colours


def _write_catalogue_home() -> None:
    """Move what the catalogue's WAL holds into its file, so that a copy of the file made after the end is whole."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    connection.close()


async def _answer(send: Send, status: int, answer: dict[str, str]) -> None:
    body = msgspec.json.encode(answer)
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _as_coroutine(receive: Receive) -> Receive:
    """Granian's `receive` is awaitable but no coroutine, which a2wsgi needs."""

    async def received() -> dict[str, Any]:
        return await receive()

    return received


def _ascii_query(scope: Scope) -> Scope:
    """a2wsgi reads the query as ASCII; some clients send bytes beyond it."""
    query: bytes = scope["query_string"]
    if not query.isascii():
        scope["query_string"] = b"".join(b"%c" % byte if byte < 128 else b"%%%02X" % byte for byte in query)
    return scope


async def _serve(host: str, port: int, when_ready: Callable[[], None] | None) -> None:
    application = Application(when_ready)
    granian = Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        log_level=LogLevels.error,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        application.stop_streams()
        granian.stop()  # type: ignore[no-untyped-call]  # granian is typed in part

    async def stop_on_failure() -> None:
        await application.failed.wait()
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    watcher = asyncio.create_task(stop_on_failure())
    await granian.serve()
    watcher.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watcher
    if application._failure is not None:  # noqa: SLF001  # same module
        raise application._failure  # noqa: SLF001


def run(host: str, port: int, when_ready: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C. `when_ready` runs in a thread before /healthz turns green."""
    uvloop.run(_serve(host, port, when_ready))  # a third less CPU per request than asyncio's own loop
