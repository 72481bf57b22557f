"""Numbers known to be wrong: each test says what is right, and fails as expected until somebody mends it."""

import datetime as dt

import pytest

from otklik.events.intake import Event
from otklik.metrics.tests.company import answers, question, ratings, send
from otklik.surveys.models import Question, QuestionType

DAYS = {"from": "2026-03-02", "to": "2026-03-08"}
MSK = dt.timezone(dt.timedelta(hours=3))


def moment(kind, seconds, number=None, *, day=0, point="spb-1", **more):
    """An event `seconds` after noon of a day."""
    base = dt.datetime(2026, 3, 2, 12, tzinfo=MSK) + dt.timedelta(days=day, seconds=seconds)
    return Event(
        id=f"m-{kind}-{seconds}-{day}-{point}-{number}", kind=kind, at=base, point=point, value=number, **more
    )


@pytest.mark.xfail(
    strict=True, reason="known: asked for alone, an indicator without questions is an error 500"
)
@pytest.mark.parametrize("code", ["servqual", "servperf", "rsqs", "rsqs_parts", "engagement", "burnout"])
def test_indicator_without_a_question_in_use_says_so(value, code):
    assert value(code)["reason"] == "no_question"


wrong = pytest.mark.xfail(strict=True, reason="known: see the name of the test")


@wrong
@pytest.mark.parametrize(
    ("code", "kind", "top"),
    [
        ("ces2", QuestionType.CES2, 5),
        ("ces2_net", QuestionType.CES2, 5),
        ("net_easy", QuestionType.NET_EASY, 1),
    ],
)
def test_effort_indices_of_seven_steps_are_refused_on_a_scale_of_five(value, code, kind, top):
    """The share of 5–7 on a scale that ends at 5 is not CES 2.0: no value, as NPS does without break points."""
    Question.objects.filter(code="ease").delete()
    question("short", kind, 1, 5, top)
    send(*answers([5, 4, 1, 1], "short"))
    assert value(code)["reason"] == "no_break_points"


@wrong
@pytest.mark.parametrize(
    ("code", "kind", "top", "expected"),
    [
        ("ces2", QuestionType.CES2, 1, 2 / 3),  # two of three fully agree
        ("ces2_net", QuestionType.CES2, 1, 100 / 3),
        ("net_easy", QuestionType.NET_EASY, 7, 100 / 3),  # 7 means very easy here
    ],
)
def test_effort_indices_of_a_reversed_question_are_turned_or_refused(value, code, kind, top, expected):
    Question.objects.filter(code="ease").delete()
    question("turned", kind, 1, 7, top)
    best, worst = (1, 7) if top == 1 else (7, 1)
    send(*answers([best, best, worst], "turned"))
    row = value(code)
    assert row["value"] is None or row["value"] == pytest.approx(expected)


@wrong
def test_least_effort_of_a_reversed_ces1_is_not_red(value):
    """A CES 1.0 question whose best option is 5: everybody chose it. Lower is better would paint this red."""
    question("turned", QuestionType.CES1, 1, 5, 5)
    send(*answers([5, 5], "turned"))
    assert value("ces1")["colour"] != "red"


@wrong
def test_mean_of_different_scales_is_no_mean(value):
    """4 of 5 and 9 of 10 have no mean on “the question's own scale”."""
    question("ten", QuestionType.RATING, 0, 10, 10)
    send(*ratings([4], point="spb-1"), *ratings([9], subject="ten", point="spb-1"))
    assert value("mean_score")["value"] is None


@wrong
def test_reaction_time_knows_which_end_of_a_scale_is_bad(value):
    """On a scale where 1 is best, a 1 is praise and nobody has to react to it."""
    question("praise", QuestionType.RATING, 1, 5, 1)
    send(moment("rating", 0, 1, subject="praise"), moment("reaction", 100))
    assert value("reaction_time")["value"] is None
