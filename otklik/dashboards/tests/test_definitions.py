"""Pages of the calculator over HTTP: who sees them, what they show, what they change."""

import json
import re

import pytest

from otklik.company.models import AuditEntry
from otklik.jobs.models import Job
from otklik.metrics import exchange
from otklik.metrics.definitions import indicators
from otklik.metrics.models import IndicatorDefinition
from otklik.metrics.rules import RULES
from otklik.metrics.vocabulary import forget_seen

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
FILE = b"""
- code: big
  name: {ru: "Big", en: Large receipts}
  rule: count
  unit: count
  direction: higher
  params: {filter: {and: [[kind, "=", receipt], [value, ">=", 1000]]}}
"""
PAGES = [
    "/indicators/new/",
    "/indicators/new/?rule=chains",
    "/indicators/new/?copy=nps",
    "/indicators/nps/edit/",
    "/indicators/exchange/",
    "/indicators/exchange/indicators.yaml",
    "/indicators/suggest/?field=attr.operation",
]
DEEDS = [
    "/indicators/recompute/",
    "/indicators/big/restore/",
    "/indicators/big/retire/",
    "/indicators/exchange/",
]


@pytest.fixture
def own(company):
    forget_seen()
    exchange.bring_in(FILE, acting_user=None)


def editor_of(page):
    return json.loads(
        re.search(r'id="definition-data" type="application/json">(.*?)</script>', page, re.DOTALL)[1]
    )


def test_who_manages_everything_sees_the_pages_and_nobody_else(browse, own):
    for address in PAGES:
        assert browse("anna").get(address).status_code == 200, address
        for name in ("boris", "clara"):
            assert browse(name).get(address).status_code == 404, address
    for address in DEEDS:
        for name in ("boris", "clara"):
            assert browse(name).post(address, {"version": "1"}).status_code == 404, address
    assert browse("boris").get("/indicators/big/versions/").status_code == 200
    assert (
        "button"
        not in browse("boris").get("/indicators/big/versions/").text.split("<main")[1].split("</main")[0]
    )
    assert browse("clara").get("/indicators/big/versions/").status_code == 404


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_stand_in_both_languages_without_inline_code(browse, own, language):
    anna = browse("anna")
    anna.cookies["otklik_language"] = language
    for address in [*PAGES[:5], "/indicators/big/versions/"]:
        text = anna.get(address).text
        assert f'lang="{language}"' in text
        assert " style=" not in text
        assert " onclick" not in text


@pytest.mark.parametrize("family", RULES)
def test_every_rule_has_an_editor(browse, own, family):
    page = browse("anna").get(f"/indicators/new/?rule={family}").text
    data = editor_of(page)
    assert data["rule"]["rule"] == family
    assert data["new"] is True
    assert {one["code"] for one in data["known"]["kinds"]} >= {"receipt", "rating"}
    assert data["draft"]["unit"] in {one["value"] for one in data["known"]["units"]}


def test_only_rules_and_codes_that_there_are(browse, own):
    for address in ("/indicators/new/?rule=nothing", "/indicators/new/?copy=nothing", "/indicators/nothing/edit/", "/indicators/nothing/versions/"):  # fmt: skip
        assert browse("anna").get(address).status_code == 404


def test_a_copy_has_a_free_code_and_the_same_rule(browse, own):
    data = editor_of(browse("anna").get("/indicators/new/?copy=big").text)
    assert data["draft"]["code"] == "big-2"
    assert data["draft"]["params"]["filter"] == {"and": [["kind", "=", "receipt"], ["value", ">=", 1000]]}
    assert data["draft"]["name"]["en"] == "Large receipts (copy)"


def test_an_own_indicator_is_on_its_page_in_the_list_and_among_widgets(browse, own, tell):
    tell("receipt", 2000, operation="sale")
    anna = browse("anna")
    anna.cookies["otklik_language"] = "en"
    assert "Large receipts" in anna.get("/indicators/").text
    anna.post("/boards/widgets/add/", {"indicator": "big"})
    assert "Large receipts" in anna.get("/").text
    page = anna.get("/indicators/big/?period=today").text
    assert "<span data-value>1</span>" in page
    assert "/indicators/big/edit/" in page


def test_versions_show_what_changed_and_lead_back(browse, own):
    exchange.bring_in(FILE.replace(b"1000", b"5000"), acting_user=None)
    anna = browse("anna")
    anna.cookies["otklik_language"] = "en"
    page = anna.get("/indicators/big/versions/").text
    assert "Version 2" in page
    assert "≥ 5,000" in page
    assert "≥ 1,000" in page
    answer = anna.post("/indicators/big/restore/", {"version": "1"}, follow=True)
    assert "Version 1 holds again." in answer.text
    assert indicators()["big"].definition.version == 3
    assert IndicatorDefinition.objects.get(code="big", version=3).created_by.username == "anna"
    assert anna.post("/indicators/big/restore/", {"version": "77"}).status_code == 404


def test_taken_out_of_use_and_brought_back(browse, own):
    anna = browse("anna")
    anna.post("/indicators/big/retire/")
    assert "big" not in indicators()
    assert anna.get("/indicators/big/").status_code == 404
    page = anna.get("/indicators/big/versions/").text
    assert "не используется" in page
    anna.post("/indicators/big/restore/", {"version": "1"})
    assert "big" in indicators()


def test_what_others_are_made_of_stays(browse, own):
    more = b"""
- code: double
  name: "2"
  rule: formula
  unit: count
  params: {expression: big * 2, parts: {big: big}}
"""
    exchange.bring_in(more, acting_user=None)
    answer = browse("anna").post("/indicators/big/retire/", follow=True)
    assert "big" in indicators()
    assert "Из него сделаны другие показатели" in answer.text


def test_a_file_is_checked_brought_in_and_refused_with_its_lines(browse, own):
    anna = browse("anna")
    fresh = FILE.replace(b"code: big", b"code: huge").decode()
    page = anna.post("/indicators/exchange/", {"text": fresh, "check": "1"})
    assert "новых: 1" in page.text
    assert "huge" not in indicators()
    assert anna.post("/indicators/exchange/", {"text": fresh}).status_code == 200
    assert "huge" in indicators()
    answer = anna.post("/indicators/exchange/", {"text": fresh.replace("receipt", "reciept")})
    assert answer.status_code == 422
    assert "строка 7, params.filter.and[0]: Вида событий «reciept» нет." in answer.text
    assert indicators()["huge"].definition.version == 1
    assert b"huge" in anna.get("/indicators/exchange/indicators.yaml").content


def test_values_are_suggested_from_data(browse, own, tell):
    for operation in ("sale", "sale", "refund"):
        tell("receipt", 1, operation=operation)
    anna = browse("anna")
    answer = anna.get("/indicators/suggest/?field=attr.operation&kinds=receipt").json()
    assert answer == {"values": ["sale", "refund"]}
    assert anna.get("/indicators/suggest/?field=value").json() == {"values": []}
    assert anna.get("/indicators/suggest/?field=attr.x'y").json() == {"values": []}


def test_history_is_recomputed_by_a_job_that_is_asked_for_once(browse, company, tell):
    from otklik.events.record import get_store
    from otklik.metrics.jobs import stale

    tell("receipt", 2000, operation="sale", days_ago=2)
    get_store().seal(force=True)
    exchange.bring_in(FILE, acting_user=None)
    assert stale().files == 1
    anna = browse("anna")
    assert "суммах дней" in anna.get("/indicators/big/versions/").text
    anna.post("/indicators/recompute/")
    anna.post("/indicators/recompute/")
    assert Job.objects.filter(kind="recompute").count() == 1
    from otklik.jobs.tasks import run_job

    run_job.func(str(Job.objects.get().pk))
    job = Job.objects.get()
    assert job.state == "done", job.error
    assert "1" in job.message
    assert stale().files == 0
    assert "Суммы дней готовы" in anna.get("/indicators/big/versions/").text


def test_the_audit_log_tells_of_definitions_in_words(browse, company):
    exchange.bring_in(FILE, acting_user=None)
    page = browse("anna").get("/settings/audit/")
    assert "Число чеков" in page.text
    exchange.bring_in(FILE.replace(b"1000", b"2000"), acting_user=None)
    page = browse("anna").get("/settings/audit/").text
    assert re.search(r"<del>[^<]*1.000[^<]*</del> → <ins>[^<]*2.000", page)
    AuditEntry.objects.update(object_id="0")  # a version that is no more: as it was kept
    assert "(kind, =, receipt)" in browse("anna").get("/settings/audit/").text
