"""Questions: files, versions, the page."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from otklik.company.importing.tables import BadFile
from otklik.company.tests.cast import make_cast
from otklik.surveys import actions
from otklik.surveys.importing import import_questions
from otklik.surveys.models import Question

GOOD = """
- code: service
  texts: {ru: "Как вас обслужили?", en: "How were you served?"}
  scale: {min: 1, max: 5}
  top: 5
  direction: higher
  type: rating
  survey_type: spontaneous
  labels: {5: {ru: Отлично, en: Great}, 1: Плохо}
- code: nps
  text: "Порекомендуете?"
  type: nps
- {code: ease, text_en: "How easy was it?", scale_min: 1, scale_max: 7, type: net_easy}
- {code: effort, texts: {ru: Усилия}, scale: [1, 5], direction: lower, type: ces1, dont_know: 99}
"""


@pytest.fixture
def cast(db):
    return make_cast()


def bring(content: str | bytes):
    return import_questions(content.encode() if isinstance(content, str) else content, acting_user=None)


def test_a_file_is_taken_in_and_what_is_not_said_follows(db):
    assert [step.change for step in bring(GOOD).steps] == ["new"] * 4
    service, nps = Question.objects.get(code="service"), Question.objects.get(code="nps")
    assert (service.text_en, service.labels) == (
        "How were you served?",
        {"5": {"ru": "Отлично", "en": "Great"}, "1": {"ru": "Плохо"}},
    )
    assert (nps.scale_min, nps.scale_max, nps.top, nps.direction) == (0, 10, 10, "higher")
    ease, effort = Question.objects.get(code="ease"), Question.objects.get(code="effort")
    assert (ease.top, ease.direction) == (1, "lower")
    assert (effort.top, effort.dont_know) == (1, 99.0)


def test_the_second_time_changes_only_what_differs(db):
    bring(GOOD)
    assert [step.change for step in bring(GOOD).steps] == ["same"] * 4
    assert set(Question.objects.values_list("version", flat=True)) == {1}
    bring(GOOD.replace("max: 5", "max: 10").replace("top: 5", "top: 10"))
    assert Question.objects.get(code="service").version == 2
    assert Question.objects.get(code="nps").version == 1


def test_every_error_is_listed_and_nothing_is_taken_in(db):
    content = """
- {code: good, text: fine}
- {text: no code}
- {code: a, text: x, scale: {min: 5, max: 1}}
- {code: b, text: x, top: 3}
- {code: c, text: x, typ: nps, type: smile}
- {code: d}
- {code: a, text: x, dont_know: 3}
- {code: e, text: x, scale: wide, labels: {9: x}}
- just text
"""
    with pytest.raises(BadFile) as bad:
        bring(content)
    found = {(problem.line, problem.field) for problem in bad.value.problems}
    expected = {
        (3, "code"),
        (4, "scale_max"),
        (5, "top"),
        (6, "typ"),
        (6, "type"),
        (7, "text_ru"),
        (8, "code"),
    }
    assert expected | {(9, "scale"), (10, "")} <= found
    assert any("type" in problem.message for problem in bad.value.problems if problem.field == "typ")
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"a: [1",
        b"- {code: x, code: y}",
        b"\x00\x00",
        b"questions: 5",
        b"- !!python/object:os.system x",
    ],
)
def test_other_files_are_refused_with_a_sentence(db, content):
    with pytest.raises(BadFile) as bad:
        bring(content)
    assert bad.value.problems[0].message


def test_a_change_of_meaning_is_a_new_version_and_of_use_is_not(cast):
    question = actions.create_question(acting_user=cast.owner, code="q", text_ru="?")
    assert actions.update_question(question, acting_user=cast.owner, active=False).version == 1
    assert actions.update_question(question, acting_user=cast.owner, text_ru="??").version == 2
    assert actions.update_question(question, acting_user=cast.owner, text_ru="??").version == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scale_min": 5, "scale_max": 1}, "scale_max"),
        ({"top": 4}, "top"),
        ({"scale_max": 500, "top": 500}, "scale_max"),
        ({"dont_know": 3}, "dont_know"),
        ({"labels": {"7": {"ru": "x"}}}, "labels"),
        ({"labels": {"5": "x"}}, "labels"),
        ({"text_ru": ""}, "text_ru"),
    ],
)
def test_senseless_scales_are_named(cast, fields, field):
    with pytest.raises(ValidationError) as refusal:
        actions.create_question(acting_user=cast.owner, **({"code": "q", "text_ru": "?"} | fields))
    assert field in refusal.value.message_dict


def test_questions_belong_to_the_whole_company(cast):
    with pytest.raises(PermissionDenied):
        actions.create_question(acting_user=cast.regional, code="q", text_ru="?")


def test_the_page_shows_the_scale_and_reads_labels(cast):
    owner = cast.browser("owner")
    data = {
        "code": "service",
        "text_ru": "Как?",
        "type": "rating",
        "survey_type": "spontaneous",
        "scale_min": 1,
        "scale_max": 3,
        "top": 3,
        "direction": "higher",
        "labels": "3 = Отлично / Great\n1: Плохо",
        "active": "on",
    }
    preview = owner.post("/settings/questions/preview/", data).text
    assert preview.count("<li") == 3
    assert "Great" in preview
    assert owner.post("/settings/questions/preview/", {"scale_max": "x"}).status_code == 200
    assert owner.post("/settings/questions/new/", data).status_code == 302
    question = Question.objects.get(code="service")
    assert question.labels == {"3": {"ru": "Отлично", "en": "Great"}, "1": {"ru": "Плохо"}}
    assert "3 = Отлично / Great" in owner.get(f"/settings/questions/{question.pk}/").text
    bad = owner.post(f"/settings/questions/{question.pk}/", data | {"labels": "good"})
    assert bad.status_code == 422
