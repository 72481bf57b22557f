"""The public page: light, in both languages, readable, installable."""

import gzip
import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from otklik.company.models import AuditEntry
from otklik.devices.actions import create_panel, set_logo, update_panel
from otklik.devices.assets import island_files
from otklik.devices.colour import contrast, palette
from otklik.devices.layouts import options
from otklik.surveys.actions import create_question
from otklik.web.templatetags.web import BUILT

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_the_page_needs_no_sign_in_and_holds_both_languages(world):
    page = Client().get(f"/p/{world.panel().token}/")
    assert page.status_code == 200
    assert "Как вас обслужили?" in page.text
    assert "How was our service?" in page.text
    assert page.text.count("data-value=") == 5
    assert "no-store" in page.headers["Cache-Control"]
    assert not page.cookies


def test_the_page_obeys_the_strict_policy(world):
    page = Client().get(f"/p/{world.panel().token}/")
    assert "style=" not in page.text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page.text)
    assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_the_whole_page_is_under_60_kb_compressed(world):
    panel = world.panel()
    parts = [Client().get(f"/p/{panel.token}/{path}").content for path in ("", "colours.css", "worker.js")]
    total = sum(len(gzip.compress(part)) for part in parts)
    for path in island_files("panel"):
        content = (BUILT / path).read_bytes()
        total += len(content) if path.endswith(".woff2") else len(gzip.compress(content))
    assert total < 60_000


@pytest.mark.parametrize(
    ("count", "moods"), [(2, [1, 5]), (3, [1, 3, 5]), (4, [1, 2, 4, 5]), (5, [1, 2, 3, 4, 5])]
)
def test_faces_go_from_the_worst_to_the_best(world, count, moods):
    asked = create_question(
        acting_user=None, code=f"q{count}", text_ru="?", scale_min=1, scale_max=count, top=count
    )
    drawn = options("smileys", asked, "ru")
    assert [one.mood for one in drawn] == moods
    assert drawn[-1].word == "Отлично"
    assert [one.value for one in options("smileys", asked, "en", best_first=True)] == list(
        range(count, 0, -1)
    )


def test_where_the_lowest_number_is_best_the_glad_face_has_it(world):
    asked = create_question(
        acting_user=None, code="effort", text_ru="?", scale_min=1, scale_max=5, top=1, direction="lower"
    )
    drawn = options("smileys", asked, "ru")
    assert (drawn[-1].mood, drawn[-1].value) == (5, 1)


def test_the_questions_own_labels_stand_under_the_faces(world):
    asked = create_question(
        acting_user=None,
        code="own",
        text_ru="?",
        scale_max=2,
        top=2,
        labels={"1": {"ru": "Нет"}, "2": {"ru": "Да", "en": "Yes"}},
    )
    assert [one.word for one in options("smileys", asked, "ru")] == ["Нет", "Да"]
    assert [one.word for one in options("smileys", asked, "en")] == ["Нет", "Yes"]


@pytest.mark.parametrize(("layout", "field"), [("smileys", "layout"), ("stars", "layout")])
def test_eleven_options_are_asked_with_numbers_only(world, layout, field):
    with pytest.raises(ValidationError) as refused:
        world.panel(question=world.nps, layout=layout)
    assert field in refused.value.message_dict


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_any_accent_stays_readable(accent):
    look = palette(accent)
    assert contrast(look.strong, look.on_strong) >= 7
    assert contrast(look.strong, look.tint) >= 7
    assert contrast(look.ink, look.tint) >= 7
    assert contrast(look.edge, look.tint) >= 3


def test_a_readable_accent_is_left_as_it_is():
    assert palette("#1b357f").strong == "#1b357f"


def test_a_logo_may_not_run_scripts(world):
    panel = world.panel()
    set_logo(panel, acting_user=None, content=SVG)
    picture = Client().get(f"/p/{panel.token}/logo")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert f"/p/{panel.token}/logo?v=" in Client().get(f"/p/{panel.token}/").text


@pytest.mark.parametrize("content", [b"GIF89a", b"MZ\x90", b"\x89PNG\r\n\x1a\n" + b"0" * 60_000])
def test_a_logo_that_is_no_small_picture_is_refused(world, content):
    with pytest.raises(ValidationError):
        set_logo(world.panel(), acting_user=None, content=content)


def test_settings_change_what_the_page_calls_itself(world):
    panel = world.panel()
    body = json.dumps({"sentAt": 1, "presses": []})
    before = (
        Client().post(f"/p/{panel.token}/press", body, content_type="application/json").json()["settings"]
    )
    update_panel(panel, acting_user=None, accent="#008000")
    after = Client().post(f"/p/{panel.token}/press", body, content_type="application/json").json()["settings"]
    assert before != after


def test_the_worker_keeps_every_file_of_the_page(world):
    panel = world.panel()
    source = Client().get(f"/p/{panel.token}/worker.js")
    assert source.headers["Content-Type"].startswith("text/javascript")
    kept = json.loads(re.match(r"self\.kept = (.*);\n", source.text)[1])
    page = Client().get(f"/p/{panel.token}/").text
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert address in [*kept["assets"], kept["page"]]
    assert "import" not in source.text.split("\n", 1)[1]
    for address in kept["assets"]:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        answer.close()


def test_the_page_installs_as_an_app(world):
    panel = world.panel()
    manifest = Client().get(f"/p/{panel.token}/manifest.webmanifest").json()
    assert manifest["display"] == "fullscreen"
    assert manifest["start_url"] == manifest["scope"] == f"/p/{panel.token}/"


def test_only_who_manages_the_place_makes_a_panel_there(world):
    for user in (world.stranger, world.manager):
        with pytest.raises(PermissionDenied):
            create_panel(acting_user=user, point=world.point, question=world.question)
    create_panel(acting_user=world.colleague, point=world.point, question=world.question)


def test_the_token_never_reaches_the_audit_log(world):
    panel = create_panel(acting_user=world.owner, point=world.point, question=world.question)
    update_panel(panel, acting_user=world.owner, name="Окно")
    rows = AuditEntry.objects.filter(object_type="panel")
    assert {row.action for row in rows} == {"panel.create", "panel.update"}
    assert all(panel.token not in json.dumps([row.old, row.new]) for row in rows)
