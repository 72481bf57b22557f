"""The only writers of questions. They belong to the whole company, so they need the right on the whole of it."""

from typing import Any, TypedDict, Unpack

from django.db import transaction

from otklik.company.models import User, Verb
from otklik.company.writing import change, create, demand
from otklik.surveys.models import Question

MEANING = frozenset(Question.DEFINITION)


class QuestionFields(TypedDict, total=False):
    code: str
    text_ru: str
    text_en: str
    type: str
    survey_type: str
    scale_min: int
    scale_max: int
    top: int
    direction: str
    labels: dict[str, dict[str, str]]
    dont_know: float | None
    active: bool


@transaction.atomic
def create_question(*, acting_user: User | None, **fields: Unpack[QuestionFields]) -> Question:
    demand(acting_user, Verb.MANAGE, None)
    return create(Question(**fields), acting_user=acting_user, action="question.create")


@transaction.atomic
def update_question(
    question: Question, *, acting_user: User | None, **fields: Unpack[QuestionFields]
) -> Question:
    """Change a question. A change of what is asked or how answers count makes a new version."""
    demand(acting_user, Verb.MANAGE, None)
    question = Question.objects.select_for_update().get(pk=question.pk)
    changes: dict[str, Any] = dict(fields)
    if any(name in MEANING and getattr(question, name) != value for name, value in changes.items()):
        changes["version"] = question.version + 1
    change(question, changes, acting_user=acting_user, action="question.update")
    return question
