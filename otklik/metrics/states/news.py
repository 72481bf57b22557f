"""What has happened since the last look: places, business days and kinds of new events, withdrawn ones included."""

import datetime as dt
from dataclasses import dataclass, field

from otklik.events.record import get_store

EPOCH = dt.date(1970, 1, 1)
MOST_TARGETS = 20_000
type Spot = tuple[int, dt.date]  # (place, business day)


@dataclass
class News:
    """Events up to `seq`. `corrected` are the spots that lost or changed events."""

    seq: int
    kinds: dict[Spot, set[str]] = field(default_factory=dict)
    corrected: set[Spot] = field(default_factory=set)

    @property
    def spots(self) -> set[Spot]:
        return {*self.kinds, *self.corrected}


def news_since(seq: int) -> News:
    """Everything accepted after the event number `seq`."""
    store = get_store()
    with store.reader(None, None) as reader:
        found = News(reader.last_seq)
        if reader.last_seq <= seq:
            return found
        source = reader.tail() if seq >= reader.sealed_through else reader.events()
        between = f"seq > {int(seq)} AND seq <= {int(reader.last_seq)}"
        rows = reader.execute(
            f"SELECT place, day, kind FROM {source} WHERE {between} AND kind <> 'withdrawal' GROUP BY ALL"  # noqa: S608  # numbers
        )
        targets = reader.execute(
            "SELECT coalesce(json_extract_string(attrs, '$.target'), json_extract_string(attrs, '$.replaces')) "  # noqa: S608  # numbers
            f"FROM {source} WHERE {between} AND (kind = 'withdrawal' OR contains(attrs, '\"replaces\"'))"
        )
    for place, day, kind in rows:
        found.kinds.setdefault((place, day), set()).add(kind)
    ids = list(dict.fromkeys(row[0] for row in targets if row[0]))[:MOST_TARGETS]
    if ids:
        found.corrected = {
            (place, EPOCH + dt.timedelta(days=day)) for place, day in store.whereabouts(ids).values()
        }
    return found


def last_seq() -> int:
    """The number of the newest event."""
    with get_store().reader(None, None) as reader:
        return reader.last_seq
