"""Notices that any connection, of this process or another, has committed to the catalogue."""

import sqlite3
from pathlib import Path

from django.db import connections


class CatalogueWatch:
    """SQLite tells a connection through `PRAGMA data_version` whether somebody else has committed since."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._path: Path | None = None
        self._version: int | None = None

    def changed(self) -> bool:
        """Whether there was a commit since the last call; always True at the first and where nothing can tell."""
        settings = connections["default"].settings_dict
        if connections["default"].vendor != "sqlite" or "memory" in str(settings["NAME"]):
            return True
        path = Path(settings["NAME"])
        if self._connection is None or path != self._path:
            self.close()
            self._connection = sqlite3.connect(
                f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
            )
            self._path, self._version = path, None
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        changed = bool(version != self._version)
        self._version = version
        return changed

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._version = None
