"""Locks between processes on one data directory; the kernel lets go of them when a process dies, however it dies."""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TextIO

from otklik.events.errors import DirectoryInUseError, StoreUnavailable


class DirectoryLock:
    """One server per data directory: an exclusive flock on `<root>/lock`."""

    def __init__(self, root: Path) -> None:
        self._path = root / "lock"
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            DirectoryInUseError: another process holds it; the sentence names its pid and since when.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise DirectoryInUseError(
                f"The data directory {self._path.parent} is in use by {holder}. "
                "Stop that server first, or choose another directory with OTKLIK_DATA."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"pid {os.getpid()} since {time.strftime('%Y-%m-%d %H:%M:%S')}")
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class UpkeepLock:
    """Who seals, compacts and deletes: one thread of one process at a time. Reentrant within a thread."""

    def __init__(self, root: Path) -> None:
        self._path = root / "upkeep.lock"
        self._thread = threading.RLock()
        self._depth = 0
        self._file: IO[bytes] | None = None

    @contextlib.contextmanager
    def held(self, *, wait: bool = True) -> Iterator[bool]:
        """Hold the lock within the block. With `wait=False` the block gets False when another process holds it."""
        with self._thread:
            if self._depth == 0 and not self._take(wait=wait):
                yield False
                return
            self._depth += 1
            try:
                yield True
            finally:
                self._depth -= 1
                if self._depth == 0 and self._file is not None:
                    self._file.close()
                    self._file = None

    def _take(self, *, wait: bool) -> bool:
        try:
            file = self._path.open("ab")
        except OSError as error:
            raise StoreUnavailable(f"The event record cannot be kept tidy: {error}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            file.close()
            return False
        self._file = file
        return True


class ReadingLock:
    """Shows other processes that somebody here reads files which they may want to delete."""

    def __init__(self, root: Path) -> None:
        self._path = root / "reading.lock"
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        with contextlib.suppress(OSError):  # a read-only directory has nobody who deletes
            self._file = self._path.open("ab")
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    @contextlib.contextmanager
    def nobody_reads(self) -> Iterator[bool]:
        """Keep new readers of other processes waiting within the block; False when there are some already."""
        with self._path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True
