"""The part of docs/calculator.md that is made from the rules."""

import datetime as dt
from collections.abc import Iterator

import yaml
from django.utils.translation import override

from otklik.metrics.core.events import Event
from otklik.metrics.core.results import Unit
from otklik.metrics.rules import GROUPS, RULES
from otklik.metrics.rules.specs import Example, Param, Rule, Takes

BEGIN, END = "<!-- rules: made from otklik/metrics/rules -->", "<!-- end of rules -->"
MADE = {
    Takes.FILTER: "condition",
    Takes.FILTERS: "list of conditions",
    Takes.FIELD: "number of events",
    Takes.KEY: "key",
    Takes.KEYS: "list of keys",
    Takes.WHOLE: "whole number",
    Takes.RECORDS: "list",
    Takes.RECORD: "object",
    Takes.PARTS: "name: code of an indicator",
    Takes.INDICATOR: "code of an indicator",
    Takes.ATTRIBUTE: "name of an attribute",
}


def rules_page() -> str:
    """Markdown of all rules, each with its parameters and a worked example."""
    with override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for group, name in GROUPS.items():
        mine = [rule for rule in RULES.values() if rule.group is group]
        if mine:
            yield f"\n## {name}"
        for rule in mine:
            yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    with override("ru"):
        russian = str(rule.title)
    title = str(rule.title)
    yield f"\n### {title}" + (f" · {russian}" if russian != title else "")
    yield f'<a id="{rule.family}"></a>'
    units = ", ".join(f"`{unit.value}`" for unit in rule.units)
    yield f"`rule: {rule.family}` · unit {units}" + (" · about questions" if rule.asks else "")
    yield f"\n{rule.meaning}\n"
    if rule.params:
        yield "| parameter | takes | meaning |"
        yield "|---|---|---|"
        for param in rule.params:
            yield from _param(param, "")
        yield ""
    yield from _example(rule.family, rule.example)


def _param(param: Param, above: str) -> Iterator[str]:
    name = f"`{above}{param.name}`" + (" *" if param.required else "")
    takes = MADE.get(param.takes, param.takes.value)
    if param.choices:
        takes = ", ".join(f"`{one.value}`" for one in param.choices)
    default = param.default if param.default not in (None, False, {"and": []}) else None
    said = [str(param.label), str(param.help), "" if default is None else f"Default: `{_flow(default)}`."]
    yield f"| {name} | {takes} | {'. '.join(text.rstrip('.') for text in said if text)}. |"
    for one in param.fields:
        yield from _param(one, f"{above}{param.name}.")


def _flow(value: object) -> str:
    text: str = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000
    )
    return text.strip().removesuffix("\n...").strip()


def _example(family: str, example: Example) -> Iterator[str]:
    value = f"{example.value * 100:.4g} %" if example.unit is Unit.SHARE else f"{example.value:,.6g}"
    yield f"Example: **{example.name}** = {value}. {example.told}\n"
    yield "```yaml"
    yield f"rule: {family}"
    if example.params:
        yield f"params: {_flow(dict(example.params))}"
    if example.question_types:
        yield f"questions: {_flow(list(example.question_types))}"
    yield f"unit: {example.unit.value}"
    yield f"direction: {example.direction.value}"
    yield "```"
    yield "| time | kind | subject | value | session | attributes |"
    yield "|---|---|---|---|---|---|"
    for event in sorted(example.events, key=lambda one: one.at):
        yield _event(event)


def _event(event: Event) -> str:
    clock = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=event.at)).strftime(
        "%H:%M:%S"
    )
    value = "" if event.value is None else f"{event.value:g}"
    attrs = ", ".join(f"{name} {held}" for name, held in event.attrs.items())
    return f"| {clock.removesuffix(':00')} | {event.kind} | {event.subject or ''} | {value} | {event.session or ''} | {attrs} |"
