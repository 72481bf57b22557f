"""The company of the metrics' tests, people of it, and files as they come out of the browser."""

import io
import zipfile

import openpyxl
import pytest
from django.test import Client

from otklik.company.models import Role
from otklik.metrics.tests.company import DAY, make_company, make_user

WEEK = f"from={DAY}&to=2026-03-08"


@pytest.fixture
def company(transactional_db, settings, tmp_path):
    from otklik.events.record import close_store

    close_store()
    settings.DATA_DIR = tmp_path
    make_company()
    yield
    close_store()


@pytest.fixture
def people(company):
    return {
        "chief": make_user("chief", Role.QUALITY),
        "viewer": make_user("viewer", Role.VIEWER),
        "northerner": make_user("northerner", Role.MANAGER, "north"),
        "nobody": make_user("nobody", Role.VIEWER, "nowhere"),
    }


@pytest.fixture
def browse(people):
    """`browse("viewer")` is a signed-in client, in English unless told otherwise."""

    def client(name="chief", language="en"):
        made = Client()
        made.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        made.cookies["otklik_language"] = language
        return made

    return client


@pytest.fixture
def take(browse):
    """`take("service", "by=point", form="csv", who="viewer")` is the file's bytes."""

    def file(name, query="", form="xlsx", who="chief", language="en"):
        answer = browse(who, language).post(f"/reports/export/{name}/?{query}", {"format": form})
        assert answer.status_code == 200, answer.headers
        return b"".join(answer.streaming_content)

    return file


@pytest.fixture
def sheets(take):
    """The workbook as {sheet: rows}; rows are tuples of values."""

    def read(*asked, **more):
        book = openpyxl.load_workbook(io.BytesIO(take(*asked, **more)))
        return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}

    return read


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
