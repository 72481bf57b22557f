"""Who calls the API: finding the key behind a secret, quickly, and slowing down whoever tries wrong ones."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from otklik.company.models import ApiKey
from otklik.company.models.keys import Scope, digest_of
from otklik.company.signals import catalogue_changed

CACHE_SECONDS = 2.0  # a key revoked by another process (the command line) works at most this much longer
CACHE_SIZE = 1_000
WRITE_USE_SECONDS = 60.0


def authenticate(secret: str, scope: str) -> ApiKey | None:
    """The live key whose secret this is and which holds `scope`; None for everything else."""
    key = _found(secret)
    if key is None or str(scope) not in key.scopes:
        return None
    note_use(key.pk)
    return key


@dataclass(slots=True)
class _Remembered:
    key: ApiKey
    until: float


_cache: OrderedDict[str, _Remembered] = OrderedDict()
_used: dict[int, datetime] = {}
_lock = threading.Lock()


def _found(secret: str) -> ApiKey | None:
    parts = secret.split("_", 2)
    if len(parts) != 3 or parts[0] != "otk" or len(secret) > 200 or not secret.isascii():
        return None
    digest = digest_of(secret)
    remembered = _cache.get(digest)
    if remembered is not None and time.monotonic() < remembered.until:
        return remembered.key
    key = ApiKey.objects.select_related("place").filter(prefix=parts[1], revoked_at=None).first()
    if key is None or not key.matches(secret):
        _cache.pop(digest, None)
        return None
    with _lock:
        _cache[digest] = _Remembered(key, time.monotonic() + CACHE_SECONDS)
        _cache.move_to_end(digest)
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return key


def forget_keys(**_signal: object) -> None:
    """Look every key up anew: one may have been revoked, or its place moved."""
    with _lock:
        _cache.clear()


catalogue_changed.connect(forget_keys, dispatch_uid="company.keys")


def note_use(pk: int) -> None:
    """Remember that the key is used now; `write_last_used` stores it."""
    _used[pk] = timezone.now()


def write_last_used() -> None:
    """Store when keys were last used. Kept in memory till then: a write for every request would cost more than the request."""
    for pk in list(_used):
        ApiKey.objects.filter(pk=pk).update(last_used_at=_used.pop(pk))


class _Writer:
    last = 0.0


def write_last_used_sometimes() -> None:
    """`write_last_used`, at most once a minute."""
    now = time.monotonic()
    if now - _Writer.last > WRITE_USE_SECONDS:
        _Writer.last = now
        write_last_used()


@dataclass(slots=True)
class WrongKeys:
    """Counts wrong keys per address. Right keys pass always, so one broken device does not silence its shop.

    A secret has 256 random bits, so this is about load and logs rather than about guessing.
    """

    limit: int = 20
    seconds: float = 60.0

    def wait(self, address: str) -> int:
        """Note a wrong key; return how many seconds the address must wait, 0 while it is under the limit."""
        now = time.monotonic()
        with _lock:
            started, count = _wrong.get(address, (now, 0))
            if now - started >= self.seconds:
                started, count = now, 0
            _wrong[address] = (started, count + 1)
            _wrong.move_to_end(address)
            while len(_wrong) > CACHE_SIZE:
                _wrong.popitem(last=False)
        return 0 if count < self.limit else max(1, int(self.seconds - (now - started)))


_wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()
wrong_keys = WrongKeys()

__all__ = [
    "Scope",
    "WrongKeys",
    "authenticate",
    "forget_keys",
    "note_use",
    "write_last_used",
    "write_last_used_sometimes",
    "wrong_keys",
]
