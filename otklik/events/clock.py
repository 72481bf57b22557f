"""Times of events: microseconds since 1970 UTC, a place's offset from UTC, its business day."""

import datetime as dt
import zoneinfo

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MINUTE = 60_000_000
DAY = 86_400_000_000


def microseconds(moment: dt.datetime) -> int:
    """Exact µs since 1970 UTC of an aware moment."""
    since = moment - EPOCH
    return since.days * DAY + since.seconds * 1_000_000 + since.microseconds


def moment(at: int) -> dt.datetime:
    """The aware UTC moment of µs since 1970."""
    return EPOCH + dt.timedelta(microseconds=at)


class ZoneClock:
    """Offsets of one time zone, remembered per UTC day: a day without a change of clocks costs one dict lookup."""

    __slots__ = ("_days", "zone")

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self.zone = zone
        self._days: dict[int, int | None] = {}

    def offset(self, at: int) -> int:
        """Minutes that the zone's clock is ahead of UTC at `at`."""
        day = at // DAY
        known = self._days.get(day, -1)  # -1: not looked up yet; no zone is one minute behind UTC
        if known == -1:
            known = self._days[day] = self._whole_day(day)
        return self._exact(at) if known is None else known

    def _whole_day(self, day: int) -> int | None:
        quarters = {self._exact(day * DAY + part * (DAY // 4)) for part in range(4)}
        quarters.add(self._exact((day + 1) * DAY - 1))
        return quarters.pop() if len(quarters) == 1 else None

    def _exact(self, at: int) -> int:
        offset = moment(at).astimezone(self.zone).utcoffset()
        assert offset is not None
        return round(offset.total_seconds() / 60)


def business_day(at: int, offset: int, day_start: int) -> int:
    """Days since 1970 of the local day that starts `day_start` µs after midnight."""
    return (at + offset * MINUTE - day_start) // DAY
