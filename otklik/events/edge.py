"""`POST /ingest/v1/events` as bare ASGI: the way in for tills, sensors and other systems (docs/ingest-api.md)."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from django.conf import settings

from otklik.company.keys import wrong_keys
from otklik.events.bodies import MEDIA_TYPES, drain, read_body, unpack
from otklik.events.decode import BadBody, decode
from otklik.events.directory import Directory, KeyEntry
from otklik.events.inbox import Inbox
from otklik.events.intake import Origin
from otklik.events.problems import Problem, Rejection
from otklik.events.record import accept_soon
from otklik.events.store import StoreUnavailable

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

PATHS = ("/ingest/v1/events", "/ingest/v1/events/")
INLINE_BYTES = 256 * 1024  # larger bodies are decoded in a thread, so that small ones need not wait
MAX_WAITING_BYTES = 256 * 1024 * 1024
JSON_HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"cache-control", b"no-store")]
_encode = msgspec.json.Encoder().encode


class Refused(Exception):  # noqa: N818  # an answer, not a fault
    """Ends a request: `status`, and a problem whose sentence goes to the sender."""

    def __init__(
        self, status: int, code: str, field: str = "", params: dict[str, object] | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.problem = Problem(field, code, params or {})


class Edge:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._inbox = Inbox()
        self._waiting_bytes = 0
        self._limit: int = settings.INGEST_MAX_BODY_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name: value for name, value in scope["headers"] if name in WANTED_HEADERS}
        try:
            status, answer = await self._answer(scope, headers, receive)
        except Refused as refused:
            await _refuse(send, refused, _language(headers))
            if refused.status == 413:
                await drain(receive)
            return
        await _respond(send, status, answer)

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> tuple[int, bytes]:
        if scope["path"] not in PATHS:
            raise Refused(404, "no_such_address")
        if scope["method"] != "POST":
            raise Refused(405, "only_post")
        key = await _authenticate(headers, scope)
        lines, encoding = _media(headers.get(b"content-type", b""), headers.get(b"content-encoding", b""))
        limit = self._limit
        length = headers.get(b"content-length", b"")
        declared = int(length) if length.isdigit() else -1
        if declared > limit:
            raise Refused(413, "body_too_large", params={"limit": limit})
        if self._waiting_bytes > MAX_WAITING_BYTES:
            raise Refused(503, "busy")
        body = await read_body(receive, limit, declared)
        if body is None:
            raise Refused(413, "body_too_large", params={"limit": limit})
        self._waiting_bytes += len(body)
        try:
            return await self._store(body, encoding, lines, key, _language(headers))
        finally:
            self._waiting_bytes -= len(body)

    async def _store(
        self, body: bytes, encoding: str, lines: bool, key: KeyEntry, language: str
    ) -> tuple[int, bytes]:
        try:
            if len(body) > INLINE_BYTES or encoding:
                events, rejected = await asyncio.to_thread(_read, body, encoding, lines)
            else:
                events, rejected = decode(body, lines=lines)
        except BadBody as bad:
            raise Refused(413 if bad.code == "body_too_large" else 400, bad.code, params=bad.params) from None
        try:
            outcome = await accept_soon(events, _origin(key), rejected, self._inbox.put)
        except StoreUnavailable as error:
            raise Refused(503, "not_stored", params={"detail": str(error)}) from error
        if not outcome.rejected:
            return 202, b'{"accepted":%d,"duplicates":%d,"rejected":[]}' % (
                outcome.accepted,
                outcome.duplicates,
            )
        return _with_rejections(outcome.accepted, outcome.duplicates, outcome.rejected, language)


async def _authenticate(headers: dict[bytes, bytes], scope: Scope) -> KeyEntry:
    secret = headers.get(b"x-api-key") or b""
    if not secret:
        scheme, _, bearer = headers.get(b"authorization", b"").partition(b" ")
        secret = bearer.strip() if scheme.lower() == b"bearer" else b""
    if not secret:
        raise Refused(401, "key_missing", "Authorization")
    directory = Directory.at_hand()
    if directory is None or Directory.is_stale():
        directory = await asyncio.to_thread(Directory.refresh)
    key = directory.key(secret) or (await asyncio.to_thread(Directory.refresh)).key(secret)
    if key is None:
        seconds = wrong_keys.wait(str((scope.get("client") or ("",))[0]))
        if seconds:
            raise Refused(429, "too_many_wrong_keys", params={"seconds": seconds})
        raise Refused(401, "key_unknown", "Authorization")
    if "ingest" not in key.scopes:
        raise Refused(403, "key_without_scope", "Authorization")
    return key


WANTED_HEADERS = frozenset(
    (
        b"authorization",
        b"x-api-key",
        b"content-type",
        b"content-encoding",
        b"content-length",
        b"accept-language",
    )
)


@functools.lru_cache(maxsize=256)
def _media(content_type: bytes, content_encoding: bytes) -> tuple[bool, str]:
    """(one event per line?, how the body is packed)."""
    media = (content_type or b"application/json").decode("latin-1")
    name, _, parameters = media.partition(";")
    name = name.strip().lower()
    if name not in MEDIA_TYPES:
        raise Refused(415, "media_type", "Content-Type", {"value": name[:64]})
    charset = parameters.lower().partition("charset=")[2].split(";")[0].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise Refused(415, "charset", "Content-Type", {"value": charset[:64]})
    encoding = content_encoding.decode("latin-1").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Refused(415, "content_encoding", "Content-Encoding", {"value": encoding[:64]})
    return MEDIA_TYPES[name], "" if encoding == "identity" else encoding


@functools.lru_cache(maxsize=1024)
def _origin(key: KeyEntry) -> Origin:
    return Origin(f"api:{key.prefix}", places=key.places)


def _read(body: bytes, encoding: str, lines: bool) -> Any:
    return decode(unpack(body, encoding, settings.INGEST_MAX_BODY_BYTES) if encoding else body, lines=lines)


def _with_rejections(
    accepted: int, duplicates: int, rejected: list[Rejection], language: str
) -> tuple[int, bytes]:
    rejected.sort(key=lambda one: one.index)
    status = 202 if accepted or duplicates else 422
    answer: dict[str, object] = {
        "accepted": accepted,
        "duplicates": duplicates,
        "rejected": [one.as_json(language) for one in rejected],
    }
    if status == 422:
        none_valid = Problem("", "none_valid", {})
        answer |= {"error": none_valid.sentence(language), "code": none_valid.code, "field": ""}
    return status, _encode(answer)


def _language(headers: dict[bytes, bytes]) -> str:
    return "ru" if headers.get(b"accept-language", b"").lstrip().lower().startswith(b"ru") else "en"


async def _refuse(send: Send, refused: Refused, language: str) -> None:
    problem = refused.problem
    answer = {"error": problem.sentence(language), "code": problem.code, "field": problem.field}
    extra = {
        401: [(b"www-authenticate", b'Bearer realm="otklik"')],
        405: [(b"allow", b"POST")],
        413: [(b"connection", b"close")],
        429: [(b"retry-after", b"60")],
        503: [(b"retry-after", b"1")],
    }
    await _respond(send, refused.status, _encode(answer), extra.get(refused.status, []))


async def _respond(
    send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    length = (b"content-length", b"%d" % len(body))
    headers = [*JSON_HEADERS, length, *(extra or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
