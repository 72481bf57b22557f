"""A small company with events, through the product's own write path."""

import datetime as dt
import itertools

from otklik.company.models import ApiKey, Company, Employee, Grant, Place, Point, Role, User
from otklik.company.models.keys import Scope, digest_of, new_secret
from otklik.events.intake import Event
from otklik.events.record import accept
from otklik.surveys.models import Question, QuestionType, SurveyType

DAY = dt.date(2026, 3, 2)  # a Monday
_ids = itertools.count()


def place(code: str, parent: Place | None = None, **fields) -> Place:
    made = Place.objects.create(code=code, name=code.title(), parent=parent, **fields)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def make_company() -> None:
    """North with two locations (spb has two points), south with one; four questions; an employee."""
    Company.objects.update_or_create(pk=1, defaults={"name": "Test", "timezone": "Europe/Moscow"})
    north = place("north", kind="region")
    south = place("south", kind="region")
    spb, psk, msk = place("spb", north), place("psk", north), place("msk", south)
    for code, where in (("spb-1", spb), ("spb-2", spb), ("psk-1", psk), ("msk-1", msk)):
        Point.objects.create(code=code, name=code, place=where)
    Employee.objects.create(code="anna", name="Anna", place=spb)
    for code, kind, low, high, poll in (
        ("smile", QuestionType.RATING, 1, 5, SurveyType.SPONTANEOUS),
        ("nps", QuestionType.NPS, 0, 10, SurveyType.SPONTANEOUS),
        ("csat", QuestionType.CSAT, 1, 5, SurveyType.REPRESENTATIVE),
        ("ease", QuestionType.CES2, 1, 7, SurveyType.REPRESENTATIVE),
    ):
        Question.objects.create(
            code=code, text_ru=code, type=kind, scale_min=low, scale_max=high, top=high, survey_type=poll
        )


def send(*events: Event) -> None:
    outcome = accept(events, via="import:test")
    assert not outcome.rejected, outcome.rejected
    assert outcome.accepted == len(events)


def event(kind: str, value: float | None = None, *, day: int = 0, hour: int = 12, **more) -> Event:
    at = dt.datetime.combine(DAY + dt.timedelta(days=day), dt.time(hour), dt.timezone(dt.timedelta(hours=3)))
    return Event(id=f"e{next(_ids)}", kind=kind, at=at, value=value, **more)


def ratings(values, subject: str = "smile", **more) -> list[Event]:
    return [event("rating", value, subject=subject, **more) for value in values]


def served(value: int, source: str = "manual", **more) -> Event:
    return event("served", value, attrs={"source": source}, **more)


def make_user(name: str, role: str = Role.VIEWER, where: str | None = None) -> User:
    user = User.objects.create_user(name, password="long enough 1")
    if where != "nowhere":
        Grant.objects.create(user=user, role=role, place=Place.objects.get(code=where) if where else None)
    return user


def make_key(*scopes: str, where: str | None = None) -> str:
    prefix, secret = new_secret()
    ApiKey.objects.create(
        name="test",
        prefix=prefix,
        digest=digest_of(secret),
        scopes=list(scopes or (Scope.READ,)),
        place=Place.objects.get(code=where) if where else None,
    )
    return secret


def question(code: str, kind: str, low: int, high: int, top: int, **more) -> None:
    """A question to invited clients."""
    Question.objects.create(
        code=code,
        text_ru=code,
        type=kind,
        scale_min=low,
        scale_max=high,
        top=top,
        survey_type=SurveyType.REPRESENTATIVE,
        **more,
    )


def answers(values, subject: str, **more) -> list[Event]:
    return [event("answer", one, subject=subject, point="spb-1", **more) for one in values]


def at(code: str, moment: dt.datetime, number: int, kind: str = "rating", **more) -> Event:
    """An event at a point and a moment."""
    return Event(id=f"at-{code}-{number}-{moment:%d%H%M}", kind=kind, at=moment, point=code, **more)
