"""The ready question sets come in by the same import as anybody's, and the models of indicators know all of them."""

from pathlib import Path

import pytest

from otklik.surveys import importing
from otklik.surveys.models import Question

READY = Path(importing.__file__).parent / "models_ready"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("name", "count"), [("servqual", 44), ("rsqs", 28), ("pulse", 10)])
def test_a_ready_set_is_imported_and_says_everything_in_both_languages(name, count):
    content = (READY / f"{name}.yaml").read_bytes()
    assert importing.import_questions(content, acting_user=None).count("new") == count
    assert importing.import_questions(content, acting_user=None).count("same") == count
    rows = Question.objects.all()
    assert all(row.text_ru and row.text_en for row in rows)
    assert len({row.text_ru for row in rows}) == len({row.text_en for row in rows}) == count


def test_the_negative_items_of_servqual_have_the_best_answer_at_the_low_end():
    importing.import_questions((READY / "servqual.yaml").read_bytes(), acting_user=None)
    turned = {row.code[-2:] for row in Question.objects.filter(top=1)}
    assert turned == {f"{n:02}" for n in (*range(10, 14), *range(18, 23))}
