import pytest

from otklik.company.tests.cast import make_cast
from otklik.jobs import kinds
from otklik.jobs.kinds import Outcome, declare


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def kind(monkeypatch):
    """Declare a kind for the test alone: `kind(function)` gives its code."""
    kinds._load()  # now: what is read while the copy stands would be lost with it
    monkeypatch.setattr(kinds, "_declared", dict(kinds._declared))

    def make(run, code="test-work"):
        declare(code, "Work of the test")(run)
        return code

    return make


@pytest.fixture
def writes_a_file(kind):
    def run(job, progress):
        progress(1, 2, "half")
        progress.path.write_text(f"made for {job.user}")
        return Outcome(message="2 rows", file_name="отчёт за март.csv", file_type="text/csv")

    return kind(run)
