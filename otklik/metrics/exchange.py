"""Definitions as a YAML file: all of the installation's own out, all or nothing in.

indicators:
  - code: sold_share
    name: {ru: Доля продаж, en: Share sold}
    rule: ratio_of_counts
    params: {…}
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from otklik.company.importing.tables import BadFile, Problem, decode
from otklik.company.models import User
from otklik.metrics import actions
from otklik.metrics.checking import draft_issues
from otklik.metrics.checking.meaning import references
from otklik.metrics.declared import Indicator
from otklik.metrics.drafts import Draft, Reading, draft_of_row
from otklik.metrics.issue import Issue
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.vocabulary import Vocabulary

STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
HEAD = "# Indicators of this installation; see docs/calculator.md. Bring in: otklik import definitions FILE\n"


@dataclass(slots=True)
class Step:
    line: int
    draft: Draft
    node: yaml.Node
    change: str = "new"
    warnings: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a file would do: a step for each definition, with new, changed or same."""

    steps: list[Step] = field(default_factory=list)

    def count(self, change: str) -> int:
        return sum(step.change == change for step in self.steps)


class Dumper(yaml.SafeDumper):
    """Short lists in one line, as conditions are read best."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _list(dumper: Dumper, data: list[Any]) -> yaml.Node:
    flat = all(not isinstance(one, list | dict) for one in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)


Dumper.add_representer(list, _list)


def export() -> str:
    """The versions that hold of all own definitions, those out of use too; the same text for the same definitions."""
    newest: dict[str, IndicatorDefinition] = {}
    for row in IndicatorDefinition.objects.order_by("code", "version"):
        newest[row.code] = row
    return dump([draft_of_row(row) for row in newest.values()])


def dump(drafts: list[Draft]) -> str:
    data = {"indicators": [draft.data() for draft in drafts]}
    return HEAD + yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)


def read(content: bytes) -> Plan:
    """Check the whole file; raises BadFile with every problem and its line."""
    problems: list[Problem] = []
    plan = Plan()
    tried: dict[str, Indicator] = {}
    lines: dict[str, int] = {}
    for node, data in _entries(content):
        line = node.start_mark.line + 1
        if not isinstance(data, dict):
            problems.append(
                Problem(line, "", _("A definition is a set of keys: code, name, rule and so on."))
            )
            continue
        reading = Reading({str(key): value for key, value in data.items()})
        draft = reading.draft()
        problems += [_problem(issue, node) for issue in reading.issues if issue.is_error]
        if draft.code in lines:
            text = _("“%(code)s” stands in line %(line)s already.")
            problems.append(Problem(line, "code", text % {"code": draft.code, "line": lines[draft.code]}))
        lines.setdefault(draft.code, line)
        if draft.active:
            tried[draft.code] = draft.indicator()
        plan.steps.append(Step(line, draft, node))
    known = Vocabulary.current(tried)
    for step in plan.steps:
        broken = any(problem.line == step.line and not problem.field for problem in problems)
        found = [] if broken else draft_issues(step.draft, known)
        said = {(problem.line, problem.field) for problem in problems}
        fresh = [_problem(issue, step.node) for issue in found if issue.is_error]
        problems += [one for one in fresh if (one.line, one.field) not in said]
        step.warnings = [issue for issue in found if not issue.is_error]
        step.change = _change(step.draft)
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line))
    return plan


def _change(draft: Draft) -> str:
    held = IndicatorDefinition.objects.filter(code=draft.code).order_by("-version").first()
    if held is None:
        return "new"
    return "same" if actions.same(actions.row_of(draft), held) else "changed"


@transaction.atomic
def bring_in(content: bytes, *, acting_user: User | None) -> Plan:
    """Take a file in. Raises BadFile and leaves everything as it was if anything is wrong."""
    plan = read(content)
    waiting = [step for step in plan.steps if step.change != "same"]
    codes = {step.draft.code for step in waiting}
    while waiting:  # those that others are made of come first
        ready = [
            step
            for step in waiting
            if not (set(references(step.draft.definition)) - {step.draft.code}) & codes
        ] or waiting
        for step in ready:
            actions.save_draft(step.draft, acting_user=acting_user)
        waiting = [step for step in waiting if step not in ready]
        codes -= {step.draft.code for step in ready}
    return plan


class _Loader(yaml.SafeLoader):
    """Refuses a key given twice, which YAML libraries let pass with the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _value in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    line = key_node.start_mark.line + 1
                    raise BadFile([Problem(line, key_node.value, _("This key stands here twice."))])
                seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


def _entries(content: bytes) -> list[tuple[yaml.Node, Any]]:
    loader = _Loader(decode(content))
    try:
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            root = next(
                (value for key, value in root.value if key.value in {"indicators", "definitions"}), None
            )
        if not isinstance(root, yaml.SequenceNode):
            text = _("The file must be a list of definitions, or hold one under “indicators”.")
            raise BadFile([Problem(0, "", text)])
        return [(node, loader.construct_object(node, deep=True)) for node in root.value]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFile([Problem(line, "", _("This is not YAML: %s.") % error.problem)]) from error
    except yaml.YAMLError as error:
        raise BadFile([Problem(0, "", _("This is not YAML: %s.") % error)]) from error
    except RecursionError as error:
        raise BadFile([Problem(0, "", _("The file is nested too deep."))]) from error
    finally:
        loader.dispose()


def _problem(issue: Issue, node: yaml.Node) -> Problem:
    return Problem(line_of(node, issue.where), issue.where, issue.message)


def line_of(node: yaml.Node, where: str) -> int:
    """The line of the deepest part of a path that the file has."""
    at = node
    for match in STEP.finditer(where):
        name, number = match.groups()
        if isinstance(at, yaml.MappingNode) and name is not None:
            inner = next(
                ((key, value) for key, value in at.value if getattr(key, "value", None) == name), None
            )
            if inner is None:
                break
            at = inner[1] if isinstance(inner[1], yaml.CollectionNode) else inner[0]
        elif isinstance(at, yaml.SequenceNode) and number is not None and int(number) < len(at.value):
            at = at.value[int(number)]
        else:
            break
    return int(at.start_mark.line) + 1
