"""Property tests of this room start databases: no deadline per example, fewer examples than by default."""

import pytest
from hypothesis import settings

settings.register_profile("metrics", deadline=None, max_examples=40)
settings.load_profile("metrics")


@pytest.fixture
def company(transactional_db, settings, tmp_path):
    """The company of `company.py` with an empty event record of its own."""
    from otklik.events.record import close_store
    from otklik.metrics.tests.company import make_company

    close_store()
    settings.DATA_DIR = tmp_path
    make_company()
    yield
    close_store()


@pytest.fixture
def api(company, client):
    """GET with a key that reads everything; `.get(path, **params)` gives (status, JSON)."""
    from otklik.metrics.tests.company import make_key

    secret = make_key()

    def get(path, key=secret, **params):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = client.get(f"/api/v1/{path}", params, headers=headers)
        return answer.status_code, answer.json()

    return get


@pytest.fixture
def value(api):
    """`value("nps", place="spb")` is the one row of an indicator over the first week of March 2026."""

    def ask(code, **params):
        days = {"from": "2026-03-02", "to": "2026-03-08"}
        status, answer = api(f"indicators/{code}/values", **{**days, **params})
        assert status == 200, answer
        assert len(answer["rows"]) == 1, answer["rows"]
        return answer["rows"][0]

    return ask
