"""The cast: an owner, a colleague of the same region, a stranger; two locations with a till each; a record of its own."""

import dataclasses

import pytest
from django.test import Client

from otklik.company.actions.places import create_place, create_point
from otklik.company.models import Grant, Place, Point, Role, User
from otklik.devices import presses, public
from otklik.devices.actions import create_panel
from otklik.devices.limits import Limiter
from otklik.devices.models import Panel
from otklik.events.directory import Directory
from otklik.events.record import close_store, get_store
from otklik.surveys.actions import create_question
from otklik.surveys.models import Question

HOURS = [["09:00", "21:00"]] * 7


@dataclasses.dataclass
class World:
    """What the tests act on.

    `owner` manages everything, `colleague` one region, `manager` enters figures at one location, `stranger` has
    another region.
    """

    region: Place
    shop: Place
    other_shop: Place
    far_shop: Place
    point: Point
    question: Question
    nps: Question
    owner: User
    colleague: User
    manager: User
    stranger: User

    def panel(self, **fields) -> Panel:
        values = {"point": self.point, "question": self.question, **fields}
        return create_panel(acting_user=None, **values)

    def sign_in(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


def person(name: str, role: str, place: Place | None) -> User:
    user = User.objects.create_user(name, password="parol-otklik-1")
    Grant.objects.create(user=user, role=role, place=place)
    return user


@pytest.fixture(autouse=True)
def fresh_record(settings, tmp_path, monkeypatch):
    """Each test has an event record and a limiter of its own."""
    close_store()
    settings.DATA_DIR = tmp_path
    Directory.forget()
    monkeypatch.setattr(public, "limiter", Limiter())
    monkeypatch.setattr(presses, "bursts", presses.Bursts())
    yield
    close_store()
    Directory.forget()


@pytest.fixture
def world(db) -> World:
    spb = create_place(
        acting_user=None, code="spb", name="Петербург", kind="region", timezone="Europe/Moscow"
    )
    vld = create_place(
        acting_user=None, code="vld", name="Владивосток", kind="region", timezone="Asia/Vladivostok"
    )
    shop = create_place(acting_user=None, parent=spb, code="spb-1", name="Невский, 1", opening_hours=HOURS)
    other = create_place(acting_user=None, parent=spb, code="spb-2", name="Литейный, 40", opening_hours=HOURS)
    far = create_place(acting_user=None, parent=vld, code="vld-1", name="Светланская, 5", opening_hours=HOURS)
    return World(
        region=spb,
        shop=shop,
        other_shop=other,
        far_shop=far,
        point=create_point(acting_user=None, place=shop, code="spb-1-1", name="Касса 1"),
        question=create_question(
            acting_user=None, code="service", text_ru="Как вас обслужили?", text_en="How was our service?"
        ),
        nps=create_question(
            acting_user=None,
            code="nps",
            text_ru="Порекомендуете нас?",
            type="nps",
            scale_min=0,
            scale_max=10,
            top=10,
        ),
        owner=person("owner", Role.ADMINISTRATOR, None),
        colleague=person("colleague", Role.QUALITY, spb),
        manager=person("manager", Role.MANAGER, shop),
        stranger=person("stranger", Role.ADMINISTRATOR, vld),
    )


@pytest.fixture
def stored(world):
    """A call that gives the events of the record as dictionaries, oldest first."""

    def read(kind: str | None = None):
        names = ["id", "at", "day", "place", "point", "kind", "subject", "value", "attrs", "via"]
        with get_store().reader() as reader:
            columns = ", ".join(f'"{name}"' for name in names)
            rows = reader.execute(f"SELECT {columns} FROM {reader.events()} ORDER BY seq")
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return [row for row in found if kind is None or row["kind"] == kind]

    return read
