"""What can be typed: clients served, and each figure of the catalogue, as sheets of one shape."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.devices.figures import counts, numbers
from otklik.devices.figures.models import NOT_ADDED, Adds, Figure, FigureUnit, Range
from otklik.devices.figures.numbers import Rules
from otklik.web import formats

SERVED = "served"
type Text = str | Promise


class BadCellError(ValueError):
    """What was typed cannot be taken; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sheet:
    """A thing that has one number per place and day. `kind` is that of its events, `subject` theirs too."""

    code: str
    name: Text
    names: tuple[str, ...]
    kind: str
    subject: str | None
    rules: Rules
    adds: str

    @property
    def is_served(self) -> bool:
        return self.code == SERVED

    @property
    def action(self) -> str:
        """As the audit log calls a change."""
        return "served.enter" if self.is_served else "figure.enter"

    @property
    def percent(self) -> bool:
        return self.rules.unit == FigureUnit.SHARE

    @property
    def over_places(self) -> Adds:
        """What the figures of several places make on one day: what cannot be added up has a mean."""
        if self.adds == Adds.LAST:
            return Adds.MEAN if self.rules.unit in NOT_ADDED else Adds.SUM
        return Adds(self.adds)

    @property
    def total_name(self) -> Text:
        """What stands over the figures of a week of one place."""
        return {Adds.SUM: _("Total"), Adds.MEAN: _("Mean"), Adds.LAST: _("Last")}[Adds(self.adds)]

    @property
    def digits(self) -> int:
        """Digits after the point that are shown; a share shows what it has."""
        return max(self.rules.decimals, 1) if self.percent else self.rules.decimals

    @property
    def mark(self) -> str:
        return "%" if self.percent else ""

    def parse(self, text: str) -> float | None:
        """The value as it is kept; None for an empty cell. Raises BadCellError."""
        try:
            if self.is_served:
                found = counts.parse_count(text)
                return None if found is None else float(found)
            return numbers.parse_number(text, self.rules)
        except counts.BadCountError as bad:
            raise BadCellError(str(counts.WHY[bad.why])) from bad
        except numbers.BadNumberError as bad:
            raise BadCellError(self._why(bad.why)) from bad

    def checked(self, value: float) -> float:
        """A number from a program, as it is kept. Raises BadCellError."""
        try:
            found = numbers.checked(value, self.rules)
        except numbers.BadNumberError as bad:
            raise BadCellError(self._why(bad.why)) from bad
        if self.is_served and not 0 <= found <= counts.LARGEST:
            raise BadCellError(str(counts.WHY["negative" if found < 0 else "large"]))
        return found

    def in_cell(self, value: float | None) -> float | None:
        """The number that people see: a share in per cent."""
        if value is None:
            return None
        return round(value * 100, 10) if self.percent else value

    def text(self, value: float | None) -> str:
        """The number as it stands in its cell."""
        seen = self.in_cell(value)
        if seen is None:
            return ""
        places = max(self.digits, 4 if self.percent else 0)
        return formats.trimmed(seen, places) if places else formats.number(seen)

    def plain(self, value: float | None) -> str:
        """The number as a text that is read back in one way only."""
        seen = self.in_cell(value)
        return "" if seen is None else numbers.plain_text(seen)

    def _why(self, why: str) -> str:
        sentence = str(numbers.WHY[why])
        bound = {"low": self.rules.range.low, "high": self.rules.range.high}.get(why)
        return sentence if bound is None else f"{sentence.rstrip('.')} ({self.text(bound)}{self.mark})."


def served_sheet() -> Sheet:
    names = ("served", "обслужено", "обслуженные клиенты", "clients served")
    rules = Rules(FigureUnit.COUNT, 0, Range(0, counts.LARGEST))
    return Sheet(SERVED, _("Clients served"), names, "served", None, rules, Adds.SUM)


def sheet_of_figure(figure: Figure) -> Sheet:
    names = tuple(name.casefold() for name in (figure.code, figure.name_ru, figure.name_en) if name)
    rules = Rules(figure.unit, figure.decimals, figure.range)
    return Sheet(figure.code, figure.name, names, "figure", figure.code, rules, figure.adds)


def sheets() -> list[Sheet]:
    """Everything that can be typed now: clients served first."""
    return [served_sheet(), *(sheet_of_figure(figure) for figure in Figure.objects.filter(active=True))]


def sheet(code: str) -> Sheet | None:
    if code == SERVED:
        return served_sheet()
    figure = Figure.objects.filter(code=code, active=True).first()
    return sheet_of_figure(figure) if figure else None
