"""Rows of a file in batches, through DuckDB: CSV, NDJSON or Parquet; filtered, with computed columns, grouped by a key."""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import duckdb

from otklik.events.importing.encodings import in_utf8, not_utf8
from otklik.events.importing.mapping import BadMap, Map

BATCH = 5_000
ROW = "_row"


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """`rows()` gives (row number in the file from 1, {column: value}); numbers grow."""

    path: Path
    map: Map
    readable: Path  # the same rows in UTF-8

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path, map_: Map) -> Iterator[Self]:
        is_csv = (map_.format or format_of(path)) == "csv"
        with in_utf8(path, map_.csv.get("encoding") if is_csv else None) as readable:
            yield cls(path, map_, readable)

    def count(self) -> int:
        """How many rows `rows()` will give."""
        with _connection() as connection:
            return int(self._run(connection, f"SELECT count(*) FROM ({self._sql()})").fetchall()[0][0])

    def columns(self) -> set[str]:
        with _connection() as connection:
            found = self._run(connection, f"SELECT * FROM ({self._sql()}) LIMIT 0").description
            return {one[0] for one in found or ()} - {ROW}

    def rows(self, skip: int = 0) -> Iterator[list[tuple[int, dict[str, Any]]]]:
        """Batches of rows, without the first `skip` ones."""
        with _connection() as connection:
            result = self._run(connection, f"SELECT * FROM ({self._sql()}) ORDER BY {ROW} OFFSET {int(skip)}")
            names = [one[0] for one in result.description or ()]
            number = names.index(ROW)
            while batch := self._fetch(result):
                yield [(row[number], dict(zip(names, row, strict=True))) for row in batch]

    def _run(self, connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return connection.execute(sql)
        except duckdb.Error as error:
            raise self._refusal(error) from None

    def _fetch(self, result: duckdb.DuckDBPyConnection) -> list[Any]:
        try:
            return result.fetchmany(BATCH)
        except duckdb.Error as error:
            raise self._refusal(error) from None

    def _refusal(self, error: duckdb.Error) -> BadMap:
        if "not utf-8 encoded" in str(error):
            return not_utf8(self.path.name)
        sentence = " ".join(str(error).partition("\n\n")[0].splitlines())  # then hints and DuckDB's settings
        return BadMap(f"{self.path.name}: {sentence}")

    def _sql(self) -> str:
        source = self.map
        sql = f"SELECT *, row_number() OVER () + {source.first_row - 1} AS {ROW} FROM {self._scan()}"
        if source.columns:
            added = ", ".join(f"{expression} AS {_name(name)}" for name, expression in source.columns.items())
            sql = f"SELECT *, {added} FROM ({sql})"
        if source.where:
            sql = f"SELECT * FROM ({sql}) WHERE {source.where}"
        if source.group_by:
            keys = ", ".join(_name(name) for name in source.group_by)
            made = "".join(
                f", {expression} AS {_name(name)}" for name, expression in source.aggregates.items()
            )
            sql = f"SELECT {keys}{made}, min({ROW}) AS {ROW} FROM ({sql}) GROUP BY {keys}"
            if source.having:
                sql = f"SELECT * FROM ({sql}) WHERE {source.having}"
        return sql

    def _scan(self) -> str:
        file, options = _text(str(self.readable)), self.map.csv
        match self.map.format or format_of(self.path):
            case "parquet":
                return f"read_parquet({file})"
            case "ndjson":
                return f"read_json({file}, format = 'newline_delimited', sample_size = -1)"
            case _:
                settings = ["all_varchar = true", f"header = {str(options.get('header', True)).lower()}"]
                settings += [
                    f"{name} = {_text(str(options[name]))}" for name in ("delim", "quote") if name in options
                ]
                settings += [f"nullstr = [{', '.join(map(_text, ['', *options.get('null', [])]))}]"]
                scan = f"read_csv({file}, {', '.join(settings)})"
                types = self.map.types
                if not types:
                    return scan
                casts = ", ".join(
                    f"CAST({_name(column)} AS {kind}) AS {_name(column)}" for column, kind in types.items()
                )
                return f"(SELECT * REPLACE ({casts}) FROM {scan})"


def format_of(path: Path) -> str:
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    return "ndjson" if name.removesuffix(".gz").endswith((".ndjson", ".jsonl")) else "csv"


def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1GB"})


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
