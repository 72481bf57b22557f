"""Values that a field has in the newest events, the commonest first: what a person may want to compare with."""

from collections.abc import Collection

from otklik.metrics.core.filters import TEXT_FIELDS, Compare, attribute_name
from otklik.metrics.sql import as_text, condition, quoted

SAMPLE_ROWS, MOST, SEGMENTS = 100_000, 20, 2


def values_of(
    field: str, kinds: Collection[str], *, places: frozenset[int] | None, part: str = ""
) -> list[str]:
    """The commonest texts of a field that hold `part`; empty for what is no text field or attribute."""
    from otklik.events.record import get_store

    if attribute_name(field) is None and field not in TEXT_FIELDS:
        return []
    said = [f"{as_text(field)} IS NOT NULL"]
    if kinds:
        said.append(condition(Compare("kind", "in", tuple(sorted(kinds)))))
    if places is not None:
        listed = ",".join(str(int(one)) for one in sorted(places)) or "-1"
        said.append(f"place IN ({listed})")
    if part:
        said.append(f"contains(lower({as_text(field)}), lower({quoted(part)}))")
    with get_store().reader() as reader:
        newest = [one for one in reader.segments if not one.damaged][-SEGMENTS:]
        relation = f"SELECT * FROM {reader.tail()}"
        if newest:
            relation += f" UNION ALL SELECT * FROM {reader.raw(newest)}"
        rows = reader.execute(
            f"SELECT said, count(*) AS n FROM (SELECT {as_text(field)} AS said FROM ({relation}) "
            f"WHERE {' AND '.join(said)} LIMIT {SAMPLE_ROWS}) GROUP BY said ORDER BY n DESC, said LIMIT {MOST}"
        )
    return [text for text, _count in rows]
