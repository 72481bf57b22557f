"""The installation's secret key: made once, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def read_or_create_secret(path: Path) -> str:
    """Return the key kept at `path`; make it (mode 0600) at the first start.

    A data directory that is made here is its owner's alone: it holds hashes of passwords, links of panels and what clients said.
    """
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return path.read_text().strip()
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(fresh, path)  # whole or not at all: another process may start at the same moment
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text().strip()
