"""`otklik import questions`: the catalogue of questions from YAML, all or nothing.

The file is a list of questions, or a mapping with such a list under `questions`:

    - code: service
      texts: {ru: "Как вас обслужили?", en: "How were you served?"}
      scale: {min: 1, max: 5}
      top: 5
      direction: higher
      type: rating
      survey_type: spontaneous
      labels: {5: {ru: Отлично, en: Great}}
"""

import difflib
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext

from otklik.company.importing.tables import BadFile, Problem, decode
from otklik.company.importing.taking import problems_of, take
from otklik.company.models import User
from otklik.company.signals import announce
from otklik.surveys import actions
from otklik.surveys.models import Direction, Question, QuestionType, SurveyType

KNOWN = (
    "code", "text", "texts", "text_ru", "text_en", "scale", "scale_min", "scale_max", "min", "max", "top", "direction",
    "type", "survey_type", "labels", "dont_know", "active",
)  # fmt: skip
ENUMS: dict[str, type[TextChoices]] = {
    "type": QuestionType,
    "survey_type": SurveyType,
    "direction": Direction,
}
LOWER_BY_NATURE = {QuestionType.CES1, QuestionType.NET_EASY}
SCALES: dict[str, tuple[int, int]] = {
    QuestionType.NPS: (0, 10),
    QuestionType.CES2: (1, 7),
    QuestionType.NET_EASY: (1, 7),
}


@dataclass(slots=True)
class Step:
    line: int
    code: str
    fields: dict[str, Any]
    old: Question | None = None

    @property
    def change(self) -> str:
        """One of new, changed, same: for the preview."""
        if self.old is None:
            return "new"
        same = all(getattr(self.old, name) == value for name, value in self.fields.items())
        return "same" if same else "changed"


@dataclass(slots=True)
class Plan:
    steps: list[Step] = field(default_factory=list)

    def count(self, change: str) -> int:
        return sum(step.change == change for step in self.steps)


def plan_questions(content: bytes) -> Plan:
    """Check the whole file; raises BadFile with every problem."""
    problems: list[Problem] = []
    plan = Plan()
    lines: dict[str, int] = {}
    known = {question.code: question for question in Question.objects.all()}
    for line, entry in _entries(content):
        before = len(problems)
        fields = _read(line, entry, problems)
        code = str(entry.get("code", "") if isinstance(entry, dict) else "")
        if code in lines:
            message = gettext("“%(code)s” stands in line %(line)s already.")
            problems.append(Problem(line, "code", message % {"code": code, "line": lines[code]}))
        lines.setdefault(code, line)
        if len(problems) > before:
            continue
        step = Step(line, code, fields, known.get(code))
        problems += _check(step)
        plan.steps.append(step)
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line))
    return plan


@transaction.atomic
def import_questions(content: bytes, *, acting_user: User | None) -> Plan:
    """Take the file in. Raises BadFile and leaves everything as it was if anything is wrong."""
    announce(Question)
    plan = plan_questions(content)

    def apply(step: Step) -> None:
        if step.old is None:
            actions.create_question(acting_user=acting_user, **step.fields)
        else:
            actions.update_question(step.old, acting_user=acting_user, **step.fields)

    take(plan.steps, apply)
    return plan


def _check(step: Step) -> list[Problem]:
    question = copy(step.old) if step.old is not None else Question()
    for name, value in step.fields.items():
        setattr(question, name, value)
    try:
        question.full_clean()
    except ValidationError as error:
        return problems_of(error, step.line)
    return []


class _Loader(yaml.SafeLoader):
    """Refuses a key given twice, which YAML libraries let pass with the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (str, int, float, bool)) and key in seen:
                line = key_node.start_mark.line + 1
                raise BadFile([Problem(line, str(key), gettext("This key stands here twice."))])
            seen.add(key if isinstance(key, (str, int, float, bool)) else id(key))
        return super().construct_mapping(node, deep=deep)


def _entries(content: bytes) -> list[tuple[int, Any]]:
    """(line, entry) of each question."""
    loader = _Loader(decode(content))
    try:
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            root = next((value for key, value in root.value if key.value == "questions"), None)
        if not isinstance(root, yaml.SequenceNode):
            message = gettext("The file must be a list of questions, or hold one under “questions”.")
            raise BadFile([Problem(0, "", message)])
        return [(node.start_mark.line + 1, loader.construct_object(node, deep=True)) for node in root.value]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFile([Problem(line, "", gettext("This is not YAML: %s.") % error.problem)]) from error
    except yaml.YAMLError as error:
        raise BadFile([Problem(0, "", gettext("This is not YAML: %s.") % error)]) from error
    finally:
        loader.dispose()


def _read(line: int, entry: Any, problems: list[Problem]) -> dict[str, Any]:
    """Fields of the model out of one entry; what is wrong goes to `problems`."""
    if not isinstance(entry, dict):
        problems.append(
            Problem(line, "", gettext("A question is a set of keys: code, texts, scale and so on."))
        )
        return {}
    reader = _Reader(line, entry, problems)
    reader.unknown_keys()
    reader.code()
    reader.texts()
    reader.choices()
    reader.scale()
    reader.rest()
    return reader.fields


class _Reader:
    def __init__(self, line: int, entry: dict[Any, Any], problems: list[Problem]) -> None:
        self.line, self.entry, self.problems = line, entry, problems
        self.fields: dict[str, Any] = {}

    def problem(self, name: str, message: str) -> None:
        self.problems.append(Problem(self.line, name, message))

    def unknown_keys(self) -> None:
        for key in self.entry:
            if key not in KNOWN:
                close = difflib.get_close_matches(str(key), KNOWN, n=1)
                hint = (
                    gettext("Did you mean “%s”?") % close[0]
                    if close
                    else gettext("Known: %s.") % ", ".join(KNOWN)
                )
                self.problem(str(key), gettext("Unknown key.") + " " + hint)

    def code(self) -> None:
        code = self.entry.get("code")
        if code is None or isinstance(code, (dict, list, bool)) or not str(code).strip():
            self.problem("code", gettext("Write a code: by it events name the question."))
        else:
            self.fields["code"] = str(code).strip()

    def texts(self) -> None:
        given = self.entry.get("texts", self.entry.get("text"))
        if isinstance(given, str):
            given = {"ru": given}
        if given is not None and not isinstance(given, dict):
            self.problem("texts", gettext("Write texts like {ru: …, en: …}."))
            return
        for language in ("ru", "en"):
            text = self.entry.get(f"text_{language}", (given or {}).get(language))
            if text is not None:
                self.fields[f"text_{language}"] = str(text)
        for language in set(given or {}) - {"ru", "en"}:
            self.problem("texts", gettext("Unknown language “%s”. Texts are ru and en.") % language)

    def choices(self) -> None:
        for name, enum in ENUMS.items():
            value = self.entry.get(name)
            if value is None:
                continue
            known = list(enum.values)
            if str(value).lower() in known:
                self.fields[name] = str(value).lower()
            else:
                values = {"value": value, "known": ", ".join(known)}
                self.problem(name, gettext("Unknown value “%(value)s”. Write one of: %(known)s.") % values)

    def scale(self) -> None:
        scale = self.entry.get("scale")
        low = high = None
        if isinstance(scale, dict):
            low, high = scale.get("min"), scale.get("max")
        elif isinstance(scale, list) and len(scale) == 2:
            low, high = scale
        elif scale is not None:
            self.problem("scale", gettext("Write the scale like {min: 1, max: 5}."))
        low = self.entry.get("scale_min", self.entry.get("min", low))
        high = self.entry.get("scale_max", self.entry.get("max", high))
        usual = SCALES.get(self.fields.get("type", ""), (1, 5))
        self._whole("scale_min", usual[0] if low is None else low)
        self._whole("scale_max", usual[1] if high is None else high)
        self._top()

    def _top(self) -> None:
        """What is not said follows: top from direction, direction from top, both from the type's nature."""
        low, high = self.fields.get("scale_min"), self.fields.get("scale_max")
        top = self.entry.get("top")
        if "direction" not in self.fields:
            lower = self.fields.get("type") in LOWER_BY_NATURE if top is None else top == low
            self.fields["direction"] = Direction.LOWER if lower else Direction.HIGHER
        if top is None:
            top = low if self.fields["direction"] == Direction.LOWER else high
        if top is not None:
            self._whole("top", top)

    def _whole(self, name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(name, gettext("“%s” is not a whole number.") % value)
        else:
            self.fields[name] = value

    def rest(self) -> None:
        labels = self.entry.get("labels")
        if isinstance(labels, dict):
            self.fields["labels"] = {
                str(option): {"ru": texts} if isinstance(texts, str) else texts
                for option, texts in labels.items()
            }
        elif labels is not None:
            self.problem("labels", gettext("Labels belong to options: 5: {ru: …, en: …}."))
        missing = self.entry.get("dont_know")
        if missing is not None:
            if isinstance(missing, bool) or not isinstance(missing, (int, float)):
                self.problem("dont_know", gettext("“%s” is not a number.") % missing)
            else:
                self.fields["dont_know"] = float(missing)
        active = self.entry.get("active")
        if isinstance(active, bool):
            self.fields["active"] = active
        elif active is not None:
            self.problem("active", gettext("Write true or false."))
