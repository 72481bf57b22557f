"""Bodies of ingest requests: read and unpacked within a limit."""

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

from otklik.events.decode import BadBody

# media type -> one event per line?
MEDIA_TYPES = {
    "application/json": False,
    "text/json": False,
    "application/x-ndjson": True,
    "application/ndjson": True,
    "application/jsonl": True,
    "application/x-jsonlines": True,
}
EITHER_GZIP_OR_ZLIB = 47
RAW_DEFLATE = -15
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 5.0


async def read_body(
    receive: Callable[[], Awaitable[dict[str, Any]]], limit: int, declared: int
) -> bytes | None:
    """The whole body, or None when it is longer than `limit` bytes.

    `declared` is its length as the sender tells it, -1 if it does not: once so much is there, granian need not be asked
    for the end, which costs as much as the first part.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    if len(body) == declared or not message.get("more_body", False):
        return body if len(body) <= limit else None
    parts, size = [body], len(body)
    while message.get("more_body", False) and size <= limit:
        message = await receive()
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
    return b"".join(parts) if size <= limit else None


async def drain(receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """Read on and forget, within bounds: who still sends would hear a broken connection instead of the refusal."""
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while size < DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """Unpack gzip or deflate; never makes more than `limit` bytes."""
    try:
        return _unpack(body, EITHER_GZIP_OR_ZLIB, limit)
    except zlib.error:
        if encoding == "deflate":  # some senders leave the zlib frame out
            try:
                return _unpack(body, RAW_DEFLATE, limit)
            except zlib.error:
                pass
        raise BadBody("not_packed", encoding=encoding) from None


def _unpack(body: bytes, window: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:  # gzip may hold several members
        unpacker = zlib.decompressobj(window)
        part = unpacker.decompress(body, limit - size + 1)
        size += len(part)
        if size > limit:
            raise BadBody("body_too_large", limit=limit)
        if not unpacker.eof:
            raise zlib.error("cut off")
        parts.append(part)
        body = unpacker.unused_data
    return b"".join(parts)
