"""Pages about events say what the code does."""

from otklik.events.docs import PAGE, page


def test_the_page_of_kinds_is_the_catalogue():
    assert PAGE.read_text("utf-8") == page(), "run: python -m otklik.events.docs"
