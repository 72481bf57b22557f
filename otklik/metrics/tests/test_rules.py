"""The catalogue of rules: nothing that the core knows is missing, and every example is worked out anew."""

import datetime as dt

import pytest
from django.utils.translation import override

from otklik.events.queries import kinds
from otklik.events.vocabulary import COMMON
from otklik.events.vocabulary import DECLARED as DECLARED_KINDS
from otklik.metrics.core.definitions import FAMILIES, Definition
from otklik.metrics.core.nps import Silent
from otklik.metrics.core.served import Index
from otklik.metrics.definitions import indicators, trying
from otklik.metrics.drafts import Draft
from otklik.metrics.names import ATTRIBUTES, CHOICES, OF_MANY
from otklik.metrics.queries import Slicing, values
from otklik.metrics.rules import DECLARED, GROUPS, RULES, Takes
from otklik.metrics.tests.memory import MemoryRecord, closing
from otklik.metrics.vocabulary import Vocabulary
from otklik.metrics.wording import sentence
from otklik.surveys.models import Question, SurveyType

EPOCH = dt.date(1970, 1, 1)


def test_every_family_of_the_core_has_a_rule_with_the_same_parameters():
    assert set(RULES) == set(FAMILIES)
    for family, rule in RULES.items():
        assert {param.name for param in rule.params} == set(FAMILIES[family].params), family
        assert rule.asks is FAMILIES[family].asks, family


def test_choices_are_those_of_the_core():
    def choices(family, name):
        return {one.value for one in RULES[family].param(name).choices}

    assert choices("nps", "silent") == set(Silent)
    assert choices("served_index", "index") == set(Index)


def test_every_rule_says_all_that_a_form_needs_in_both_languages():
    for rule in DECLARED.values():
        said = {}
        for language in ("ru", "en"):
            with override(language):
                said[language] = rule.data()
        for name in ("title", "meaning"):
            assert (
                said["ru"][name] != said["en"][name]
                or said["ru"][name].isupper()
                or "Index" in said["ru"][name]
            )
        assert rule.group in GROUPS
        for param in rule.params:
            assert param.takes is not Takes.CHOICE or param.choices, param.name
            assert param.takes not in {Takes.RECORD, Takes.RECORDS} or param.fields, param.name


@pytest.fixture
def questions(db):
    for code, kind, low, high in (("csat", "csat", 1, 5), ("speed", "csat", 1, 5), ("nps", "nps", 0, 10)):
        Question.objects.create(
            code=code, text_ru=code, type=kind, scale_min=low, scale_max=high, top=high,
            survey_type=SurveyType.SPONTANEOUS,
        )  # fmt: skip


@pytest.mark.parametrize("family", RULES)
def test_the_example_of_a_rule_is_right(questions, family):
    rule = RULES[family]
    example = rule.example
    definition = Definition(
        "mine", family, example.unit, example.direction, example.params, example.question_types
    )
    one = Draft(definition, "Мой").indicator()
    with closing(MemoryRecord(example.events)) as record, trying(one):
        found = values(["mine"], Slicing(EPOCH, EPOCH), record=record)[0].results["mine"]
    assert found.value == pytest.approx(example.value), (found.reason, example.told)
    assert found.unit is example.unit
    assert example.unit in rule.units


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_example_reads_as_a_sentence(questions, language):
    known = Vocabulary(kinds(), {}, indicators(), {})
    with override(language):
        for rule in RULES.values():
            example = rule.example
            definition = Definition(
                "mine", rule.family, example.unit, example.direction, example.params, example.question_types
            )
            text = sentence(definition, known)
            assert text.endswith(".")
            assert "%(" not in text
            assert "attr." not in text, text


def test_every_declared_kind_attribute_and_choice_has_words():
    for kind in DECLARED_KINDS.values():
        assert kind.code in OF_MANY
        for attribute in (*kind.attributes, *COMMON):
            assert attribute.name in ATTRIBUTES, attribute.name
            assert set(attribute.choices) <= set(CHOICES), attribute.name
