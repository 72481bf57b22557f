"""Boards over HTTP: what is shown, to whom, and how it is changed."""

import pytest

from otklik.company.models import AuditEntry, Grant, Role
from otklik.dashboards.models import Dashboard, Widget

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_first_visit_shows_the_shared_layout(browse, tell):
    tell("answer", 10, subject="nps", days_ago=1)
    page = browse("anna").get("/").text
    assert "NPS" in page
    assert Dashboard.objects.count() == 1
    assert Dashboard.objects.get().owner is None


def test_number_comes_with_base_and_few_answers_are_said(browse, tell):
    for value in (10, 10, 9, 0):
        tell("answer", value, subject="nps", days_ago=1)
    page = browse("anna").get("/indicators/nps/?period=7d").text.replace("\u00a0", " ")
    assert ">50<" in page
    assert "n = 4" in page
    assert "мало ответов" in page


def test_grey_has_a_reason(browse):
    page = browse("anna").get("/indicators/nps/").text
    assert "widget-none" in page
    assert "в эти дни оценок нет" in page


def test_viewer_sees_own_places_alone(browse, tell):
    tell("answer", 0, subject="nps", point="arbat-1", days_ago=1)
    for _ in range(3):
        tell("answer", 10, subject="nps", point="vvo-1", days_ago=1)
    page = browse("boris").get("/indicators/nps/?period=7d&by=point").text.replace("\u00a0", " ")
    assert "n = 3" in page
    assert "arbat" not in page
    events = browse("boris").get("/indicators/nps/events/?period=7d").text
    assert events.count('class="event"') == 3
    assert "arbat" not in events


@pytest.mark.parametrize(
    "address", ["/?place=arbat", "/indicators/nps/?point=arbat-1", "/?place=nowhere", "/indicators/nothing/"]
)
def test_missing_and_forbidden_look_alike(browse, address):
    answer = browse("boris").get(address)
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text


def test_person_without_rights_is_told_whom_to_ask(browse):
    page = browse("clara").get("/").text
    assert "Вам пока не открыто ни одно место" in page
    assert "data-widget" not in page


def test_change_of_a_viewer_makes_a_copy_and_leaves_the_shared_board(browse, people):
    client = browse("boris")
    client.get("/")
    shared = Dashboard.objects.get(owner=None)
    before = list(shared.widgets.values_list("indicator", flat=True))
    client.post(f"/boards/widgets/{shared.widgets.first().pk}/remove/")
    assert list(shared.widgets.values_list("indicator", flat=True)) == before
    own = Dashboard.objects.get(owner=people["boris"])
    assert list(own.widgets.values_list("indicator", flat=True)) == before[1:]
    entry = AuditEntry.objects.filter(action="widget.remove").get()
    assert entry.old["indicator"] == before[0]


def test_removed_widget_comes_back_to_its_place(browse):
    client = browse("anna")
    client.get("/")
    widget = Widget.objects.all()[2]
    before = list(Dashboard.objects.get().widgets.values_list("indicator", flat=True))
    page = client.post(f"/boards/widgets/{widget.pk}/remove/", follow=True).text
    undo = page.split('<form method="post" action="/boards/restore/')[1].split('"')[0].replace("&amp;", "&")
    client.post(f"/boards/restore/{undo}")
    own = Dashboard.objects.exclude(owner=None).get()
    assert list(own.widgets.values_list("indicator", flat=True)) == before


def test_own_layout_is_shown_to_everybody_by_those_who_may(browse, people):
    anna, boris = browse("anna"), browse("boris")
    anna.get("/")
    anna.post("/boards/widgets/add/", {"indicator": "mean_score"})
    anna.post("/boards/share/")
    shared = Dashboard.objects.get()
    assert shared.owner is None
    assert shared.widgets.last().indicator == "mean_score"
    assert boris.post("/boards/share/").status_code == 403


def test_widget_of_somebody_else_cannot_be_touched(browse, people):
    anna = browse("anna")
    anna.get("/")
    anna.post("/boards/widgets/add/", {"indicator": "mean_score"})
    hers = Dashboard.objects.get(owner=people["anna"]).widgets.last()
    assert browse("boris").post(f"/boards/widgets/{hers.pk}/remove/").status_code == 404
    assert browse("boris").get(f"/boards/widgets/?ids={hers.pk}").text.strip() == ""


def test_unknown_indicator_is_refused_with_a_sentence(browse):
    page = browse("anna").post("/boards/widgets/add/", {"indicator": "wishes"}, follow=True).text
    assert "Показателя «wishes» нет" in page


@pytest.mark.parametrize("query", ["period=century", "from=2026-99-01", "from=1900-01-01&to=2026-01-01"])
def test_period_that_makes_no_sense_is_said(browse, query):
    assert 'role="status"' in browse("anna").get(f"/?{query}").text.split('id="board-area"')[0]


def test_fragments_are_the_asked_widgets_alone(browse):
    client = browse("anna")
    client.get("/")
    first, second = Widget.objects.values_list("pk", flat=True)[:2]
    text = client.get(f"/boards/widgets/?ids={first},{second},x").text
    assert text.count("data-widget=") == 2


def test_who_sees_one_part_of_the_company_starts_there(browse, people, company):
    page = browse("boris").get("/").text
    assert "<h1>vvo</h1>" in page
    assert "Вся компания" not in page
    assert "Вся компания" in browse("anna").get("/").text


def test_who_sees_several_parts_is_told_so(browse, people, company):
    Grant.objects.create(user=people["boris"], role=Role.VIEWER, place=company["arbat"])
    page = browse("boris").get("/").text
    assert "<h1>Все ваши места</h1>" in page
    assert "Вся компания" not in page
    Grant.objects.create(user=people["clara"], role=Role.VIEWER, place=company["arbat"])
    Grant.objects.create(user=people["clara"], role=Role.VIEWER, place=company["msk"])
    assert "<h1>msk</h1>" in browse("clara").get("/").text
