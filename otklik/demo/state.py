"""What the demo remembers between starts: a small file in the data directory, readable by its owner alone.

It holds the passwords and the key of the live stream on purpose: a demo is for looking at, and prints them anyway.
"""

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

FILE = "demo.json"


@dataclass(slots=True)
class State:
    """`loaded` is the last whole business day in the record, `until` the moment (µs UTC) up to which the next one is."""

    seed: int
    end: str
    days: int
    passwords: dict[str, str] = field(default_factory=dict)
    key: str = ""
    loaded: str = ""
    until: int = 0
    shifts_until: str = ""

    @property
    def last_day(self) -> dt.date:
        return dt.date.fromisoformat(self.end)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The state of the demo in this data directory; None when there is none."""
        path = folder / FILE
        return cls(**json.loads(path.read_text())) if path.exists() else None

    def write(self, folder: Path) -> None:
        """Replace the file whole, so that a kill leaves the old or the new one."""
        temporary = folder / f"{FILE}.part"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / FILE)
