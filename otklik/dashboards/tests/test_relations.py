"""The pages of relations: what they say with much, little and no data; who sees what; the state in the address."""

import json
import re

import pytest

PAGES = ["", "pair/", "drivers/", "standard/", "quadrants/", "questions/"]


@pytest.fixture
def history(tell):
    """Forty days of ratings and recommendations that go together, contacts that do not, and checks."""
    for back in range(1, 41):
        good = back % 4 != 0
        tell("rating", 5 if good else 2, subject="service", days_ago=back)
        tell("answer", 10 if good else 3, subject="nps", days_ago=back)
        tell("visit", None, days_ago=back, duration=60 + 37 * back % 50)
        tell("checklist_element", 1.0 if good else 0.0, subject="greeting", days_ago=back)
        tell("checklist_element", float(back % 2), subject="badge", days_ago=back)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_stands_without_data_in_both_languages(browse, page, language):
    browser = browse("anna")
    browser.cookies["otklik_language"] = language
    text = browser.get(f"/relations/{page}").text
    assert f'lang="{language}"' in text
    assert "empty-state" in text or "widget-missing" in text
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick" not in text


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_sign_in(client, company, page):
    assert client.get(f"/relations/{page}").headers["Location"].startswith("/accounts/login/")


def test_the_table_shows_every_pair_and_says_that_it_is_no_cause(browse, history):
    text = browse("anna").get("/relations/?x=top_share&x=nps&x=contact_time&period=90d").text
    assert text.count('class="rel-no"') == 3
    cells = re.findall(r'<td class="(tone-[a-z0-9-]+)"><a href="([^"]+)"[^>]*>([^<]+)', text)
    assert len(cells) == 6
    strong = [cell for cell in cells if cell[0] == "tone-up-4"]
    assert len(strong) == 2
    assert all("/relations/pair/?" in cell[1] for cell in cells)
    assert "Связь — не причина" in text


def test_what_was_chosen_can_be_taken_away(browse, history):
    text = browse("anna").get("/relations/?x=nps&x=contact_time&x=csat&period=90d").text
    links = re.findall(r'<a href="(\?[^"]+)">[^<]+<span aria-hidden="true">×', text)
    assert len(links) == 3
    assert "x=nps" not in links[0]
    assert "x=contact_time&amp;x=csat" in links[0]
    assert "period=90d" in links[0]


def test_a_pair_leads_to_its_days(browse, history):
    text = browse("anna").get("/relations/pair/?x=top_share&y=nps&period=90d").text
    assert "r = 1,00" in text
    data = json.loads(re.search(r'<script id="rel-scatter"[^>]*>(.*?)</script>', text)[1])
    assert len(data["points"]) == 40
    assert re.fullmatch(r"/\?period=custom&from=(\d{4}-\d\d-\d\d)&to=\1", data["points"][0][3])
    assert 'id="rel-lags"' in text


def test_the_bar_of_place_and_period_keeps_the_choice(browse, history):
    text = browse("anna").get("/relations/pair/?x=nps&y=contact_time&by=week").text
    links = re.findall(r'class="menu-item[^"]*" href="\?([^"]+)"', text)
    assert links
    assert all("x=nps" in link and "by=week" in link for link in links)


def test_few_units_are_refused_with_the_number_that_is_needed(browse, history):
    text = browse("anna").get("/relations/drivers/?target=nps&x=contact_time&by=week&period=90d").text
    assert "Слишком мало единиц" in text
    assert "<dd>20</dd>" in text


def test_drivers_show_what_may_be_chance(browse, history):
    text = browse("anna").get("/relations/drivers/?target=nps&x=top_share&x=contact_time&period=90d").text
    assert "R² = " in text
    assert "может быть случайностью" in text
    assert 'id="rel-forest"' in text


def test_elements_of_the_standard_are_listed_by_effect(browse, history):
    """The effect that is certain comes first; 200 points without any spread are not certain at all."""
    text = browse("anna").get("/relations/standard/?target=nps&period=90d").text
    assert "дни мест" in text
    rows = re.findall(r"<tr(?: class=\"(rel-unsure)\")?><td>(greeting|badge)</td>", text)
    assert rows == [("", "badge"), ("rel-unsure", "greeting")]
    assert "соединены по дню, а не по контакту" in text


def test_quadrants_tell_good_from_loved(browse, history, tell):
    for back in range(1, 5):
        tell("emotion", None, days_ago=back, tone="negative")
    text = browse("anna").get("/relations/quadrants/?x=nps&y=c_value&x_line=10&y_line=0&period=90d").text
    assert "хорошо, но холодно" in text
    assert 'id="rel-quadrants"' in text


def test_a_place_out_of_sight_shows_nothing_of_itself(browse, history, company):
    text = browse("boris").get("/relations/?x=nps&x=top_share&period=90d").text
    assert '<td class="tone-none">' in text
    assert '<td class="tone-up' not in text
    assert "arbat" not in text
    assert browse("boris").get("/relations/?x=nps;place=arbat&x=top_share").status_code == 404
    assert browse("boris").get("/relations/?x=nps&x=top_share&at=arbat").status_code == 404
    assert browse("clara").get("/relations/?x=nps&x=top_share").status_code == 200


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("?x=nope&x=nps", "nope"),
        ("?x=nps;colour=1&x=csat", "colour=1"),
        ("?by=moon", "moon"),
        ("?x=nps&x=csat&least=many", "many"),
        ("pair/?x=%7B", "JSON"),
        ("drivers/?target=nope", "nope"),
        ("standard/?met=7", "не больше 1"),
        ("quadrants/?x_line=high", "high"),
        ("questions/?q=nope", "nope"),
        ("pair/?k=soon", "soon"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(browse, page, word):
    answer = browse("anna").get(f"/relations/{page}")
    assert answer.status_code == 200
    (sentence,) = re.findall(r'role="alert">.*?<span>([^<]+)</span>', answer.text, re.DOTALL)
    assert word in sentence


def test_queries_do_not_grow_with_days_or_indicators(browse, history, django_assert_max_num_queries):
    browser, counts = browse("anna"), []
    for asked in ("x=nps&x=csat", "x=nps&x=csat&x=contact_time&x=top_share&x=contacts"):
        for period in ("28d", "90d"):
            with django_assert_max_num_queries(80) as found:
                browser.get(f"/relations/?{asked}&period={period}")
            counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]
    assert counts[2] - counts[0] <= 2  # questions are read once for each type
