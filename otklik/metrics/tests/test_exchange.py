"""Definitions as YAML: out and in again is the identity; a file with a mistake changes nothing."""

import pytest
import yaml
from click.testing import CliRunner
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from otklik.company.importing.tables import BadFile
from otklik.metrics import actions, exchange
from otklik.metrics.cli import export_definitions, import_definitions
from otklik.metrics.definitions import indicators
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES

FILE = """
indicators:
  - code: big
    name: {ru: Крупные чеки, en: Large receipts}
    rule: count
    unit: count
    direction: higher
    thresholds: {good: 10, acceptable: 5}
    group: sales
    digits: 0
    params:
      filter:
        and:
          - [kind, "=", receipt]
          - [place, in, [spb, msk]]
  - code: asked
    name: Спросили
    rule: box_share
    unit: share
    direction: higher
    questions: [csat]
    params: {boxes: 1}
"""


def test_what_was_brought_in_goes_out_the_same(company):
    plan = exchange.bring_in(FILE.encode(), acting_user=None)
    assert plan.count("new") == 2
    text = exchange.export()
    written = {one["code"]: one for one in yaml.safe_load(text)["indicators"]}
    given_ = {one["code"]: one for one in yaml.safe_load(FILE)["indicators"]}
    assert written["big"] == given_["big"]
    assert written["asked"]["name"] == {"ru": "Спросили"}
    again = exchange.bring_in(text.encode(), acting_user=None)
    assert again.count("same") == 2
    IndicatorDefinition.objects.all().delete()
    exchange.bring_in(text.encode(), acting_user=None)
    assert exchange.export() == text


def test_every_example_of_a_rule_survives_the_round_trip(company):
    for family, rule in RULES.items():
        example = rule.example
        IndicatorDefinition.objects.create(
            code=f"my-{family}", version=1, family=family, params=dict(example.params), name_ru=family,
            question_types=list(example.question_types), unit=example.unit, direction=example.direction,
        )  # fmt: skip
    before = {row.code: row.definition() for row in IndicatorDefinition.objects.all()}
    text = exchange.export()
    steps = exchange.Plan()
    for _node, data in exchange._entries(text.encode()):
        draft = exchange.Reading(data).draft()
        assert draft.definition.params == before[draft.code].params
        assert draft.definition.family == before[draft.code].family
        assert draft.definition.unit == before[draft.code].unit
        steps.steps.append(draft)
    assert len(steps.steps) == len(RULES)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


@given(
    value=texts.map(str.strip).filter(bool),
    name=texts.map(str.strip).filter(bool),
    number=st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_text_and_number_survives(value, name, number):
    data = {
        "code": "a", "name": {"ru": name}, "rule": "count", "unit": "count", "direction": "none",
        "params": {"filter": {"and": [["attr.x", "=", value], ["value", ">", number]]}},
    }  # fmt: skip
    draft = exchange.Reading(data).draft()
    [(_node, back)] = exchange._entries(exchange.dump([draft]).encode())
    assert exchange.Reading(back).draft() == draft


WRONG = """
- code: one
  name: Первый
  rule: count
  params:
    filter:
      and:
        - [kind, "=", receipt]
        - [attr.operaton, "=", sale]
- code: two
  name: Второй
  rule: cuont
- code: one
  name: Снова
  rule: count
  params: {filter: [kind, "=", visit]}
"""


def test_a_wrong_file_tells_every_problem_by_its_line_and_changes_nothing(company):
    with override("en"), pytest.raises(BadFile) as caught:
        exchange.bring_in(WRONG.encode(), acting_user=None)
    told = [(one.line, one.field) for one in caught.value.problems]
    assert told == [(9, "params.filter.and[1]"), (12, "rule"), (13, "code")]
    assert not IndicatorDefinition.objects.exists()


def test_a_text_with_a_comma_out_of_quotes_is_told(company):
    text = "- {code: one, name: {ru: Чеки, которые больше, en: Big ones}, rule: count, params: {filter: [kind, '=', receipt]}}"
    with override("en"), pytest.raises(BadFile) as caught:
        exchange.bring_in(text.encode(), acting_user=None)
    [one] = caught.value.problems
    assert one.field == "name"
    assert "“которые больше” is no language" in one.message


@pytest.mark.parametrize(
    ("text", "words"),
    [("- {", "not YAML"), ("a: 1", "list of definitions"), ("- 5", "set of keys"), ("- {code: a, code: b}", "twice"), ("", "list of definitions")],
)  # fmt: skip
def test_what_is_no_file_of_definitions(company, text, words):
    with override("en"), pytest.raises(BadFile) as caught:
        exchange.read(text.encode())
    assert words in str(caught.value)


def test_the_command_line_brings_in_and_takes_away(company, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    file, out = tmp_path / "mine.yaml", tmp_path / "out.yaml"
    file.write_text(FILE)
    done = CliRunner().invoke(import_definitions, [str(file), "--check"])
    assert done.exit_code == 0, done.output
    assert not IndicatorDefinition.objects.exists()
    done = CliRunner().invoke(import_definitions, [str(file)])
    assert "New indicators: 2" in done.output
    assert "big" in indicators()
    done = CliRunner().invoke(export_definitions, ["-o", str(out)])
    assert done.exit_code == 0
    assert out.read_text() == exchange.export()
    file.write_text(WRONG)
    done = CliRunner().invoke(import_definitions, [str(file)])
    assert done.exit_code == 1
    assert "line 9, params.filter.and[1]" in done.output


def test_going_back_makes_the_old_version_the_newest(company):
    exchange.bring_in(FILE.encode(), acting_user=None)
    exchange.bring_in(FILE.replace("boxes: 1", "boxes: 2").encode(), acting_user=None)
    actions.restore_version("asked", 1, acting_user=None)
    held = indicators()["asked"].definition
    assert (held.version, held.params) == (3, {"boxes": 1})
    actions.restore_version("nps", 1, acting_user=None)
    assert indicators()["nps"].definition.version == 2
