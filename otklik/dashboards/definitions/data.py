"""What the editor's island needs: the draft, its rule, the words of this installation, addresses, texts."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.company.models import Employee, Place, Point, User, Verb
from otklik.dashboards.cards import GROUPS
from otklik.events.vocabulary import Attribute, Kind, ValueRule
from otklik.metrics.catalogue_models import RSQS, SERVQUAL
from otklik.metrics.drafts import Draft
from otklik.metrics.labels import UNITS
from otklik.metrics.names import ATTRIBUTES, CHOICES, FIELDS, OF_MANY
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import Vocabulary
from otklik.surveys.models import QuestionType

MOST = 2000  # places, points, employees in one list


def editor(user: User, draft: Draft, *, new: bool, query: str) -> dict[str, Any]:
    """Everything for one editor page as JSON."""
    known = Vocabulary.current()
    rule = RULES[draft.definition.family]
    return {
        "new": new,
        "version": None if new else draft.definition.version,
        "draft": {**blank(), **draft.data()},
        "rule": rule.data(),
        "known": {
            "kinds": [_kind(kind, known) for kind in known.kinds.values()],
            "fields": {code: str(name) for code, name in FIELDS.items()},
            "attributes": {code: str(name) for code, name in ATTRIBUTES.items()},
            "questions": [
                {
                    "code": one.code,
                    "text": one.text or one.code,
                    "type": one.type,
                    "low": one.scale_min,
                    "high": one.scale_max,
                }
                for one in known.questions.values()
                if one.active
            ],
            "questionTypes": _pairs(QuestionType.choices),
            "places": _named(Place.objects.visible_to(user, Verb.VIEW)),
            "points": _named(Point.objects.visible_to(user, Verb.VIEW)),
            "employees": _named(Employee.objects.visible_to(user, Verb.VIEW)),
            "indicators": [
                {"code": code, "name": str(one.name), "unit": one.definition.unit.value}
                for code, one in known.indicators.items()
                if code != draft.code
            ],
            "units": [{"value": unit.value, "label": str(UNITS[unit])} for unit in rule.units],
            "groups": _pairs((code, name) for code, name in GROUPS.items()),
            "models": _models(known),
        },
        "addresses": {
            "preview": "/api/v1/indicators/preview",
            "save": "/api/v1/indicators/",
            "weights": "/api/v1/indicators/weights",
            "suggest": reverse("dashboards:definition_suggest"),
            "after": reverse("dashboards:indicators"),
            "query": query,
        },
        "texts": texts(),
    }


def blank() -> dict[str, Any]:
    """A draft with every key that the form binds to."""
    return {
        "code": "",
        "name": {},
        "about": {},
        "params": {},
        "questions": [],
        "relevance": False,
        "thresholds": None,
        "group": "own",
        "digits": None,
    }


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> list[dict[str, str]]:
    return [{"value": str(value), "label": str(label)} for value, label in pairs]


def _named(rows: Any) -> list[dict[str, Any]]:
    return [
        {"code": code, "name": name}
        for code, name in rows.order_by("name").values_list("code", "name")[:MOST]
    ]


def _kind(kind: Kind, known: Vocabulary) -> dict[str, Any]:
    names = sorted(known.attributes_of([kind.code]))
    declared = {name: kind.attribute(name) for name in names}
    ordered = sorted(names, key=lambda name: (declared[name] is None, name in {"weight", "replaces"}))
    return {
        "code": kind.code,
        "name": str(kind.name),
        "many": str(OF_MANY.get(kind.code, kind.name)),
        "value": "" if kind.value is ValueRule.NONE else str(kind.value_meaning or FIELDS["value"]),
        "subject": kind.subject.value,
        "attributes": [_attribute(name, declared[name]) for name in ordered],
    }


def _attribute(name: str, declared: Attribute | None) -> dict[str, Any]:
    return {
        "name": name,
        "label": str(ATTRIBUTES.get(name, name)),
        "type": declared.type.value if declared else "text",
        "choices": [
            {"value": one, "label": str(CHOICES.get(one, one))}
            for one in (declared.choices if declared else ())
        ],
    }


def _models(known: Vocabulary) -> list[dict[str, Any]]:
    """Ready models whose questions are in the catalogue, to start from."""
    found = []
    for name, parts, prefix, expected in (
        ("SERVQUAL", SERVQUAL, "servqual-p-", "servqual-e-"),
        ("RSQS", RSQS, "rsqs-", ""),
    ):
        model = [
            {
                "code": code,
                "items": [
                    {
                        "code": f"{prefix}{number:02}",
                        **({"expectation": f"{expected}{number:02}"} if expected else {}),
                    }
                    for number in span
                ],
            }
            for code, span in parts.items()
        ]
        there = any(f"{prefix}{number:02}" in known.questions for span in parts.values() for number in span)
        found.append({"name": name, "there": there, "gap": bool(expected), "model": model})
    return found


def texts() -> dict[str, str]:
    """Words of the island, in the language of the page."""
    return {
        "anyKind": _("any kind"),
        "kind": _("Kind of event"),
        "addKind": _("or another kind"),
        "where": _("Where"),
        "all": _("all of these hold"),
        "any": _("any of these holds"),
        "none": _("none of these holds"),
        "addCondition": _("Condition"),
        "addGroup": _("Group of conditions"),
        "remove": _("Remove"),
        "field": _("Field"),
        "comparison": _("Comparison"),
        "value": _("Value"),
        "=": _("is"),
        "!=": _("is not"),
        "<": _("less than"),
        "<=": _("at most"),
        ">": _("more than"),
        ">=": _("at least"),
        "in": _("one of"),
        "absent": _("is absent"),
        "present": _("is there"),
        "yes": _("yes"),
        "no": _("no"),
        "commas": _("with commas between"),
        "otherAttribute": _("another attribute…"),
        "attributeName": _("Name of the attribute"),
        "groupColumns": _("Event"),
        "groupAttributes": _("Attributes"),
        "number": _("number of the event"),
        "same": _("the next of the same"),
        "setFilter": _("Choose events"),
        "step": _("Step"),
        "addStep": _("Add a step"),
        "addRecord": _("Add"),
        "addKey": _("and the same"),
        "seconds": _("s"),
        "minutes": _("min"),
        "hours": _("h"),
        "days": _("d"),
        "notSaid": _("not said"),
        "name": _("Name"),
        "meaning": _("What it means"),
        "insert": _("Add to the formula"),
        "dimension": _("Dimension"),
        "addDimension": _("Add a dimension"),
        "addItem": _("Add a question"),
        "question": _("Question"),
        "weight": _("Weight"),
        "expectation": _("Expectation"),
        "importance": _("Importance"),
        "weights": _("Weights"),
        "weightsEqual": _("all alike"),
        "weightsFixed": _("fixed by you"),
        "weightsStated": _("by stated importance"),
        "derive": _("Derive from answers"),
        "deriveKey": _("Key question"),
        "deriveAbout": _(
            "Weights by how far each question goes with the key one over the same respondents; they are saved as a new version."
        ),
        "derived": _("Derived weights"),
        "startFrom": _("Start from"),
        "allQuestions": _("All chosen questions count alike. Add dimensions to weigh them."),
        "missingQuestions": _("its questions are not in the catalogue yet"),
        "low": _("from"),
        "high": _("to"),
        "n": _("n"),
        "noValue": _("No value"),
        "working": _("Counting…"),
        "goOn": _("Count it anyway"),
        "events": _("Newest events that count"),
        "almost": _("Almost counted, but for:"),
        "noEvents": _("No event of these days counts."),
        "places": _("By place"),
        "trend": _("Day by day"),
        "fix": _("Fix"),
        "problems": _("What to look at"),
        "noProblems": _("No problems found."),
        "words": _("In words"),
        "failed": _("The server did not answer. Nothing is lost; try again."),
        "signIn": _("You are signed out. Sign in in another window and save again."),
        "saved": _("Saved"),
        "badJson": _("This is not JSON."),
        "took": _("computed in"),
        "later": _("Such events will come later"),
        "leave": _("There are changes that are not saved."),
        "hour": _("h"),
        "minute": _("min"),
        "second": _("s"),
        "money": settings.CURRENCY,
        "points": _("points"),
    }
