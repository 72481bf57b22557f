"""The fixed cast of tests: a small company and people with different rights in it."""

import datetime as dt
from dataclasses import dataclass, field

from django.test import Client

from otklik.company import actions
from otklik.company.models import ApiKey, Employee, Place, Point, Role, Shift, User

PASSWORD = "korrekt-otklik-9"


@dataclass
class Cast:
    """Who is who.

    owner: administrator of all; regional: quality manager of the north; chief: administrator of the north; clerk: location
    manager of one location there; stranger: administrator of the south; nobody: signed in without rights.
    """

    owner: User
    regional: User
    chief: User
    clerk: User
    stranger: User
    nobody: User
    north: Place
    city: Place
    shop: Place
    south: Place
    southern_shop: Place
    till: Point
    southern_till: Point
    anna: Employee
    southern_employee: Employee
    shift: Shift
    key: ApiKey
    extra: dict = field(default_factory=dict)

    def browser(self, name: str) -> Client:
        client = Client()
        client.force_login(getattr(self, name), backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["otklik_language"] = "en"
        return client


def make_cast() -> Cast:
    owner = actions.create_user(acting_user=None, username="owner", password=PASSWORD)
    actions.update_company(acting_user=owner, name="Buns and Pies", timezone="Europe/Moscow")
    north = actions.create_place(acting_user=owner, code="north", name="Север", kind="region")
    city = actions.create_place(acting_user=owner, code="spb", name="Петербург", kind="city", parent=north)
    shop = actions.create_place(acting_user=owner, code="spb-1", name="Невский, 1", parent=city)
    south = actions.create_place(
        acting_user=owner, code="south", name="Юг", kind="region", timezone="Asia/Yekaterinburg"
    )
    southern_shop = actions.create_place(acting_user=owner, code="south-1", name="Морская", parent=south)
    till = actions.create_point(acting_user=owner, place=shop, code="till-1", name="Касса 1")
    southern_till = actions.create_point(
        acting_user=owner, place=southern_shop, code="till-s", name="Касса Ю"
    )
    anna = actions.create_employee(acting_user=owner, place=shop, code="1024", name="Анна")
    southern = actions.create_employee(acting_user=owner, place=southern_shop, code="2048", name="Борис")
    start = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
    shift = actions.start_shift(
        acting_user=owner, employee=anna, point=till, start=start, end=start + dt.timedelta(hours=12)
    )
    people = {
        name: actions.create_user(
            acting_user=owner,
            username=name,
            password=PASSWORD,
            role=role,
            place=place,
            first_name=name.title(),
        )
        for name, role, place in [
            ("regional", Role.QUALITY, north),
            ("chief", Role.ADMINISTRATOR, north),
            ("clerk", Role.MANAGER, shop),
            ("stranger", Role.ADMINISTRATOR, south),
        ]
    }
    nobody = actions.create_user(acting_user=owner, username="nobody", password=PASSWORD)
    key, _secret = actions.create_key(acting_user=owner, name="till program", scopes=["ingest"], place=north)
    return Cast(
        owner=owner,
        nobody=nobody,
        north=north,
        city=city,
        shop=shop,
        south=south,
        southern_shop=southern_shop,
        till=till,
        southern_till=southern_till,
        anna=anna,
        southern_employee=southern,
        shift=shift,
        key=key,
        **people,
    )
