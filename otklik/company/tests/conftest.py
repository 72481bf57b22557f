import pytest

from otklik.company.tests.cast import make_cast


@pytest.fixture
def cast(db):
    return make_cast()
