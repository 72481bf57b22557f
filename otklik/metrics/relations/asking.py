"""From the text of a request to series and frames; each refusal names its field."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from otklik.company.api_auth import Caller
from otklik.metrics import asking
from otklik.metrics.anonymous import TYPES, is_pulse
from otklik.metrics.asking import AskError
from otklik.metrics.catalogue import Indicator
from otklik.metrics.core.filters import Filter, both
from otklik.metrics.definitions import indicators
from otklik.metrics.relations.series import QUESTION_SCORE, Index, Named, Series
from otklik.metrics.relations.units import UNITS, Unit, unit_of
from otklik.surveys.models import Question

MAX_SERIES, MAX_ITEMS, MAX_TEXT = 60, 60, 4000
KEYS = ("indicator", "place", "point", "employee", "subject", "where", "weighted", "params", "name")
INDEX_KEYS = ("index", "of", "scores", "name")


@dataclass(frozen=True)
class Base:
    """What holds for every series that says nothing else."""

    caller: Caller
    where: Filter
    place: str = ""
    point: str = ""
    employee: str = ""


class Reader:
    """Reads series; what they name is looked up once."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._known = indicators()
        self._scopes: dict[tuple[str, str, str], asking.Scope] = {}
        self._everywhere: dict[str, Any] = {}
        self._questions = {one.code: one for one in Question.objects.all()}
        self.root = self._scope("", "", "")

    def all(self, texts: Sequence[str], questions: Sequence[str] = (), field: str = "x") -> list[Named]:
        """Series of a parameter, with a mean score for each of `questions`; keys that come twice are refused."""
        codes = [code for text in questions for code in text.split(",") if code]
        found = [self.one(text, field) for text in texts if text.strip()]
        found += [
            self.one(json.dumps({"indicator": QUESTION_SCORE, "subject": code, "name": code}), "questions")
            for code in codes
        ]
        if len(found) > MAX_SERIES:
            raise AskError(field, _("Ask for at most %(count)s series at once.") % {"count": MAX_SERIES})
        return found

    def one(self, text: str, field: str) -> Named:
        """One series: `csat;place=spb`, or a JSON object."""
        if len(text) > MAX_TEXT:
            raise AskError(
                field, _("A series is written in more than %(count)s characters.") % {"count": MAX_TEXT}
            )
        text = text.strip()
        said = self._json(text, field) if text.startswith("{") else _short(text, field)
        if "of" in said or "index" in said:
            return self._index(said, field)
        series = self._series(said, field)
        name = _text(said, "name", field) or (text if not text.startswith("{") else _long_name(said))
        one = self._known[series.code]
        place = _text(said, "place", field)
        return Named(name, series, self._label(one, said, field), place, one.definition.unit.value)

    def indicator(self, named: Named) -> Indicator | None:
        """The indicator of a series; None for an index."""
        return self._known[named.what.code] if isinstance(named.what, Series) else None

    def _json(self, text: str, field: str) -> dict[str, Any]:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise AskError(field, _("A series is not valid JSON.")) from error
        if not isinstance(found, dict):
            raise AskError(field, _("A series is an indicator's code or a JSON object."))
        return found

    def _index(self, said: dict[str, Any], field: str) -> Named:
        _only(said, INDEX_KEYS, field)
        items, name = said.get("of"), _text(said, "index", field) or _text(said, "name", field)
        if not isinstance(items, list) or not 0 < len(items) <= MAX_ITEMS or not name:
            message = _(
                'An index is written as {"index": "name", "of": [{"indicator": "…", "weight": 1}, …]} with 1 to %(count)s items.'
            )
            raise AskError(field, message % {"count": MAX_ITEMS})
        scores = said.get("scores", "z")
        if scores not in ("z", "raw"):
            raise AskError(field, _("“scores” of an index is “z” or “raw”."))
        found = []
        for item in items:
            if isinstance(item, str):
                item = {"subject": item}  # noqa: PLW2901  # the short form of a question
            if not isinstance(item, dict):
                raise AskError(field, _("An item of an index is a JSON object or the code of a question."))
            weight = item.get("weight", 1)
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
                raise AskError(field, _("A weight of an index is a number."))
            rest = {key: value for key, value in item.items() if key != "weight"}
            found.append((self._series({"indicator": QUESTION_SCORE, **rest}, field), float(weight)))
        return Named(name, Index(tuple(found), scores == "z"), name)

    def _series(self, said: dict[str, Any], field: str) -> Series:
        _only(said, KEYS, field)
        code = _text(said, "indicator", field)
        if code not in self._known:
            raise AskError(field, _("There is no indicator “%(code)s”.") % {"code": code[:80]})
        names = tuple(_text(said, key, field) for key in ("place", "point", "employee"))
        scope = self._scope(*names)
        where = [said["where"]] if isinstance(said.get("where"), str) else said.get("where", [])
        if isinstance(where, dict) or (
            isinstance(where, list) and where and not all(isinstance(one, str) for one in where)
        ):
            where = [json.dumps(where)]
        subject = said.get("subject", "")
        if isinstance(subject, list):
            subject = ",".join(str(one) for one in subject)
        params = said.get("params", {})
        if not isinstance(params, dict) or not isinstance(subject, str) or not isinstance(where, list):
            raise AskError(
                field, _("“subject” and “where” of a series are texts or lists, “params” is an object.")
            )
        condition = _renamed(field, lambda: both(self._base.where, asking.where_of(where)))
        weighted = said.get("weighted", "")
        if isinstance(weighted, bool):
            weighted = "true" if weighted else ""
        weight = _renamed(field, lambda: asking.weight_of(str(weighted)))
        self._not_personal(scope, field, where=condition, params=params, weighted=weight)
        return Series(
            code,
            scope.tree.places,
            scope.point,
            scope.employee,
            self._subjects(subject, field, self._known[code]),
            condition,
            weight,
            json.dumps(params, sort_keys=True) if params else "",
        )

    def _subjects(self, text: str, field: str, one: Indicator) -> tuple[str, ...]:
        """Questions for an indicator of questions, any codes (topics, figures) for another."""
        codes = tuple(dict.fromkeys(code for code in text.split(",") if code))
        for code in codes if one.definition.asks else ():
            if code not in self._questions:
                raise AskError(field, _("There is no question “%(code)s”.") % {"code": code[:80]})
        pulses = [code for code in codes if code in self._questions and self._questions[code].type in TYPES]
        asking.not_anonymous([] if is_pulse(one) else pulses, field)
        return codes

    def _scope(self, place: str, point: str, employee: str) -> asking.Scope:
        base = self._base
        names = (place or base.place, point or base.point, employee or base.employee)
        if names not in self._scopes:
            self._scopes[names] = asking.scope_of(base.caller, asking.Where(*names))
            self._check_everywhere()
        return self._scopes[names]

    def unit(self, name: str, field: str = "by", *, in_time: bool = False) -> Unit:
        """What series are taken over; refused where it would name clients whom the asker may not know."""
        found = unit_asked(name, field, in_time=in_time)
        self._everywhere |= {"by": found.by}
        self._check_everywhere()
        return found

    def condition(self, texts: Sequence[str]) -> Filter:
        """Conditions on events of everything that is asked about."""
        found = asking.where_of(texts)
        self._everywhere |= {"where": found}
        self._check_everywhere()
        return found

    def _check_everywhere(self) -> None:
        """What is asked of all series must be allowed at the places of each, whichever is read first."""
        for scope in self._scopes.values():
            asking.not_personal(self._base.caller, scope.tree.places, **self._everywhere)

    def _not_personal(self, scope: asking.Scope, field: str, **asked: Any) -> None:
        _renamed(field, lambda: asking.not_personal(self._base.caller, scope.tree.places, **asked))

    def _label(self, one: Indicator, said: dict[str, Any], field: str) -> str:
        named = _text(said, "name", field)
        if named and named not in self._questions:
            return named
        subject = said.get("subject") or ""
        codes = subject if isinstance(subject, list) else str(subject).split(",")
        if len(codes) == 1 and codes[0] in self._questions:
            question = self._questions[codes[0]].text
            parts = [question if one.code == QUESTION_SCORE else f"{one.name}: {question}"]
        else:
            parts = [str(one.name), *(code for code in codes if code)]
        if said.get("place"):
            tree = self._scope(_text(said, "place", field), "", "").tree
            parts.append(tree.root.name if tree.root else "")
        parts += [_text(said, key, field) for key in ("point", "employee") if said.get(key)]
        return ", ".join(part for part in parts if part)


def unit_asked(name: str, field: str = "unit", *, in_time: bool = False) -> Unit:
    """The unit of that name. `in_time`: only steps of time make sense."""
    found = unit_of(name)
    names = [one for one, unit in UNITS.items() if unit.in_time or not in_time]
    if found is None or (in_time and not found.in_time):
        known = ", ".join(names) if in_time else ", ".join([*names, "attr.<name>"])
        raise AskError(
            field, _("Unknown unit “%(name)s”. Known are: %(known)s.") % {"name": name[:80], "known": known}
        )
    return found


def unique(named: Iterable[Named], field: str) -> None:
    """Refuse two series of one name: the answer could not tell them apart."""
    seen: set[str] = set()
    for one in named:
        if one.key in seen:
            raise AskError(field, _("“%(name)s” is asked for twice.") % {"name": one.key[:80]})
        seen.add(one.key)


def _short(text: str, field: str) -> dict[str, Any]:
    """`csat;place=spb;subject=q1` as a mapping; `where` may come several times."""
    code, *parts = text.split(";")
    said: dict[str, Any] = {"indicator": code.strip()}
    for part in parts:
        key, equals, value = part.partition("=")
        key = key.strip()
        if not equals or key not in KEYS:
            message = _(
                "“%(part)s” of a series is not understood. Write as in csat;place=north;subject=clean, or JSON. Known are: %(known)s."
            )
            raise AskError(field, message % {"part": part[:80], "known": ", ".join(KEYS[1:])})
        if key == "where":
            said.setdefault("where", []).append(value)
        elif key == "params":
            said["params"] = _renamed(field, lambda value=value: asking.params_of(value))  # type: ignore[misc]
        else:
            said[key] = value.strip()
    return said


def _long_name(said: dict[str, Any]) -> str:
    rest = [
        f"{key}={said[key] if isinstance(said[key], str) else json.dumps(said[key], ensure_ascii=False)}"
        for key in KEYS[1:]
        if said.get(key)
    ]
    return ";".join([str(said.get("indicator", "")), *rest])


def _text(said: dict[str, Any], key: str, field: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str) or len(value) > 400 or "\0" in value:
        raise AskError(field, _("“%(key)s” of a series is a short text.") % {"key": key})
    return value


def _only(said: dict[str, Any], known: Sequence[str], field: str) -> None:
    for key in said:
        if key not in known:
            raise AskError(
                field,
                _("A series has no “%(key)s”. Known are: %(known)s.")
                % {"key": str(key)[:80], "known": ", ".join(known)},
            )


def _renamed[T](field: str, work: Callable[[], T]) -> T:
    """The same refusal under the name of the parameter that the series stands in."""
    try:
        return work()
    except AskError as error:
        raise AskError(field, error.message) from error


def at_place(named: Named, places: frozenset[int] | None) -> Named:
    """The same series of other places."""
    assert isinstance(named.what, Series)
    return replace(named, what=replace(named.what, places=places))
