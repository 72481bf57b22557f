"""One server per data directory."""

import fcntl
import os
import time
from pathlib import Path
from typing import TextIO

from otklik.events.errors import DirectoryInUseError


class DirectoryLock:
    """An exclusive flock on `<root>/lock`; the kernel lets go of it when the process dies, however it dies."""

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
