"""A small company with its record: an administrator, a viewer of one city, a stranger without rights."""

import datetime as dt
import itertools
import zoneinfo

import pytest
from django.test import Client

from otklik.company.models import Company, Grant, Place, Point, Role, User
from otklik.events import record
from otklik.events.intake import Event
from otklik.surveys.models import Question, QuestionType

NUMBERS = itertools.count()
MOSCOW = zoneinfo.ZoneInfo("Europe/Moscow")


@pytest.fixture
def company(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    record.close_store()
    Company.objects.create(pk=1, name="Лавка", timezone="Europe/Moscow")
    places = {}
    for code, parent in (("msk", None), ("arbat", "msk"), ("vvo", None)):
        place = Place.objects.create(
            code=code, name=code, parent=places.get(parent), timezone="Europe/Moscow"
        )
        place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
        place.save()
        places[code] = place
    for code, place in (("arbat-1", "arbat"), ("vvo-1", "vvo")):
        Point.objects.create(code=code, name=code, place=places[place])
    Question.objects.create(code="service", text_ru="Как?", type=QuestionType.RATING)
    Question.objects.create(
        code="nps", text_ru="Порекомендуете?", type=QuestionType.NPS, scale_min=0, scale_max=10, top=10
    )
    yield places
    record.close_store()


@pytest.fixture
def people(company):
    anna = User.objects.create_superuser("anna")
    boris, clara = (User.objects.create_user(name) for name in ("boris", "clara"))
    Grant.objects.create(user=boris, role=Role.VIEWER, place=company["vvo"])
    return {"anna": anna, "boris": boris, "clara": clara}


@pytest.fixture
def browse(people):
    """`browse("anna")` is a signed-in client."""

    def client(name):
        made = Client()
        made.force_login(people[name])
        return made

    return client


@pytest.fixture
def tell(company):
    """`tell("rating", 5, point="arbat-1", days_ago=1)` stores an event."""

    def event(kind="rating", value=None, *, point="arbat-1", subject=None, days_ago=0, **attrs):
        at = dt.datetime.now(MOSCOW) - dt.timedelta(days=days_ago)
        if days_ago:
            at = at.replace(hour=12)  # the same hour whenever the test runs
        name = f"e{next(NUMBERS)}"
        outcome = record.accept(
            [
                Event(
                    id=name, kind=kind, at=at, point=point, subject=subject, value=value, attrs=attrs or None
                )
            ],
            via="test",
        )
        assert outcome.rejected == []
        return name

    return event
