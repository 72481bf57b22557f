"""Files in other encodings than UTF-8: written anew as UTF-8 beside, because DuckDB reads hardly any other."""

import codecs
import contextlib
import gzip
import tempfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext

from otklik.events.importing.mapping import BadMap

CHUNK = 1 << 20
READ_AS_IT_IS = ("utf-8", "utf-8-sig")


@contextlib.contextmanager
def in_utf8(path: Path, encoding: Any) -> Iterator[Path]:
    """The file itself or a copy of it in UTF-8, which is gone afterwards. The lines are the same."""
    if encoding is None or (name := python_name(encoding)) in READ_AS_IT_IS:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="otklik-import-") as folder:
        copy = Path(folder) / "rows.csv"
        opened: Callable[[Path, str], Any] = gzip.open if path.name.lower().endswith(".gz") else Path.open
        try:
            with opened(path, "rb") as source, copy.open("w", encoding="utf-8", newline="") as target:
                for text in _texts(source, name, path.name):
                    target.write(text)
        except (OSError, EOFError, zlib.error) as error:
            raise BadMap(f"{path.name}: {error}") from None
        yield copy


def python_name(encoding: Any) -> str:
    """Python's own name of the encoding; raises BadMap for what is none."""
    try:
        TextIOWrapper(BytesIO(), encoding=str(encoding))  # refuses what is no text, such as base64
        return codecs.lookup(str(encoding)).name
    except (LookupError, ValueError):
        message = gettext(
            "csv.encoding: there is no encoding “%s”. Write one like cp1251, koi8-r, utf-16 or utf-8."
        )
        raise BadMap(message % encoding) from None


def not_utf8(file: str) -> BadMap:
    message = gettext("%s is not UTF-8. Say in the map what it is, for example csv: {encoding: cp1251}.")
    return BadMap(message % file)


def _texts(source: BinaryIO, name: str, file: str) -> Iterator[str]:
    decoder, line = codecs.getincrementaldecoder(name)(), 1
    while True:
        chunk = source.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
            text.encode()  # some encodings can spell halves of characters, which UTF-8 cannot
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                line += error.object[: error.start].decode(name, "ignore").count("\n")
            message = gettext("csv.encoding: line %(line)s of %(file)s is not %(encoding)s.")
            raise BadMap(message % {"line": line, "file": file, "encoding": name}) from None
        line += text.count("\n")
        yield text
        if not chunk:
            return
