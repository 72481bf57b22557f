"""Division by what never happened in the data."""

from django.utils.translation import gettext as _

from otklik.metrics.core.definitions import Definition
from otklik.metrics.core.filters import Filter, from_data
from otklik.metrics.issue import Issue, Issues, Severity
from otklik.metrics.sql import as_number, condition
from otklik.metrics.vocabulary import Vocabulary
from otklik.metrics.wording import Writer

DIVISORS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "ratio_of_counts": (("under", None),),
    "ratio_of_sums": (("under", "under_field"),),
    "rate": (("under", "under_field"),),
    "per_source": (("source", None),),
    "rate_per_hour": (("hours", None),),
    "share": (("filter", None),),
    "mean": (("filter", "field"),),
    "between": (("first", None),),
}


def zero_issues(definition: Definition, known: Vocabulary) -> Issues:
    """A measure to divide by that is zero in the whole record; an empty record says nothing."""
    for name, field in DIVISORS.get(definition.family, ()):
        data = definition.params.get(name)
        if data is None:
            continue
        number = definition.params.get(field) if field else None
        verdict = never(from_data(data), number if isinstance(number, str) else None)
        if verdict is None:
            continue
        what = Writer(known).events(data)
        text = (
            _("The sum to divide by, over %(what)s, is always zero in the data: there will be no value.")
            if verdict == "zero"
            else _("There never were any %(what)s, so there is nothing to divide by and no value.")
        )
        yield Issue(f"params.{name}", text % {"what": what}, Severity.WARNING)


def never(node: Filter, field: str | None) -> str | None:
    """What there never was: “none”: no event meets the filter; “zero”: its field is always zero. None: neither, or no data at all."""
    from otklik.events.record import get_store

    more = f" AND {as_number(field)} <> 0" if field else ""
    with get_store().reader() as reader:
        events = reader.events()

        def any_(said: str) -> bool:
            return bool(reader.execute(f"SELECT 1 FROM {events} WHERE {said} LIMIT 1"))

        if any_(condition(node) + more):
            return None
        if field and any_(condition(node)):
            return "zero"
        return "none" if any_("true") else None
