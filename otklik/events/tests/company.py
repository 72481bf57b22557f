"""A small company that the tests of this room share."""

import datetime as dt

from otklik.company.models import Company, Employee, Place, Point, Shift
from otklik.surveys.models import Question, QuestionType

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def place(code: str, parent: Place | None = None, **fields) -> Place:
    made = Place.objects.create(code=code, name=code, parent=parent, **fields)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def make_company() -> dict[str, object]:
    """Moscow (day starts at 04:00) with two tills, Berlin with one, questions of several types, one shift."""
    Company.objects.update_or_create(pk=1, defaults={"name": "Test", "timezone": "Europe/Moscow"})
    root = place("russia", kind="region", day_start=dt.time(4))
    moscow = place("msk", root)
    berlin = place("berlin", timezone="Europe/Berlin")
    till = Point.objects.create(code="msk-1", name="Till 1", place=moscow)
    Point.objects.create(code="msk-2", name="Till 2", place=moscow)
    Point.objects.create(code="berlin-1", name="Kasse", place=berlin)
    anna = Employee.objects.create(code="anna", name="Anna", place=moscow)
    Employee.objects.create(code="boris", name="Boris", place=moscow)
    Shift.objects.create(
        employee=anna, point=till, start=NOON - dt.timedelta(hours=4), end=NOON + dt.timedelta(hours=4)
    )
    Question.objects.create(
        code="service", text_ru="Как вас обслужили?", scale_min=1, scale_max=5, top=5, dont_know=99
    )
    Question.objects.create(
        code="nps", text_ru="Порекомендуете?", type=QuestionType.NPS, scale_min=0, scale_max=10, top=10
    )
    Question.objects.create(code="words", text_ru="Что улучшить?", type=QuestionType.TEXT)
    return {"moscow": moscow, "berlin": berlin, "till": till, "anna": anna, "root": root}
