"""Sign-in, invitation, second factor, first steps, one's own profile: as a browser does them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from otklik.company import actions
from otklik.company.models import AuditEntry, Company, Place, Point, User
from otklik.company.tests.cast import PASSWORD


@pytest.fixture(autouse=True)
def no_attempts_before():
    cache.clear()


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None):
    client = client or Client()
    client.cookies["otklik_language"] = "en"
    return client.post("/accounts/login/", {"login": name, "password": password})


def test_sign_in_by_name_and_by_address(cast):
    actions.update_user(cast.clerk, acting_user=cast.owner, email="clerk@example.org")
    for name in ("clerk", "clerk@example.org"):
        assert sign_in(name).headers["Location"] == "/"
    wrong = sign_in("clerk", "wrong-otklik-9")
    assert wrong.status_code == 200
    assert "correct" in wrong.text


def test_many_wrong_passwords_are_slowed_down_with_a_sentence(cast):
    answers = [sign_in("clerk", f"wrong-otklik-{number}") for number in range(7)]
    assert "Too many failed login attempts" in answers[-1].text
    assert "Too many failed login attempts" in sign_in("clerk").text


def test_nobody_signs_up_and_no_letters_are_sent(cast, mailoutbox):
    client = Client()
    before = User.objects.count()
    data = {"username": "intruder", "password1": PASSWORD, "email": "x@example.org"}
    assert client.get("/accounts/signup/").status_code == 200
    assert client.post("/accounts/signup/", data).status_code == 405
    assert client.post("/accounts/password/reset/", {"email": "x@example.org"}).status_code == 405
    assert client.get("/accounts/email/").status_code == 302
    assert (User.objects.count(), mailoutbox) == (before, [])


def test_an_invited_user_sets_a_password_once(cast):
    data = {"username": "new", "role": "viewer", "place": cast.city.pk}
    page = cast.browser("chief").post("/settings/users/new/", data)
    link = re.search(r'value="(http://[^"]+/accounts/password/reset/key/[^"]+)"', page.text)[1]
    guest = Client()
    form = guest.get(link, follow=True)
    done = guest.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    assert guest.get("/settings/places/").status_code == 200
    assert "Петербург" in guest.get("/settings/places/").text
    assert "не работает" in Client().get(link, follow=True).text
    assert AuditEntry.objects.filter(action="user.password", object_name="new").exists()


def test_a_link_of_a_closed_account_leads_nowhere(cast):
    page = cast.browser("owner").post(f"/settings/users/{cast.clerk.pk}/invitation/")
    link = re.search(r'value="(http://[^"]+/accounts/password/reset/key/[^"]+)"', page.text)[1]
    actions.set_user_active(cast.clerk, acting_user=cast.owner, active=False)
    guest = Client()
    form = guest.get(link, follow=True)
    if form.redirect_chain:
        guest.post(form.redirect_chain[-1][0], {"password1": PASSWORD + "1", "password2": PASSWORD + "1"})
    assert guest.get("/settings/places/").status_code == 302


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_of_the_account_stand(cast, language):
    browser = Client()
    sign_in("clerk", client=browser)
    assert (
        browser.get("/accounts/2fa/totp/activate/")
        .headers["Location"]
        .startswith("/accounts/reauthenticate/")
    )
    assert browser.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    browser.cookies["otklik_language"] = language
    for page in ("password/change/", "2fa/", "2fa/totp/activate/", "reauthenticate/", "logout/"):
        answer = browser.get(f"/accounts/{page}")
        assert (page, answer.status_code) == (page, 200)
        assert f'lang="{language}"' in answer.text
        assert " style=" not in answer.text


def test_the_second_factor_is_asked_for_and_recovery_codes_replace_it_once(cast):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(cast.clerk, secret)
    codes = RecoveryCodes.activate(cast.clerk).get_unused_codes()
    client = Client()
    asked = sign_in("clerk", client=client)
    assert asked.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/settings/places/").status_code == 302
    assert client.get(asked.headers["Location"]).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    code = f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06}"
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/settings/places/").status_code == 200
    for expected in (302, 200):
        other = Client()
        sign_in("clerk", client=other)
        assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_the_first_administrator_is_led_through_five_steps(db):
    actions.create_user(acting_user=None, username="first", password=PASSWORD)
    client = Client()
    assert sign_in("first", client=client).headers["Location"] == "/setup/"
    company = {"name": "Pies", "timezone": "Asia/Omsk", "language": "ru"}
    assert client.post("/setup/company/", company).headers["Location"] == "/setup/places/"
    names = "Невский, 1\n\nСадовая, 2\n"
    assert client.post("/setup/places/", {"names": names}).headers["Location"] == "/setup/points/"
    assert client.post("/setup/points/", {"names": "Касса 1\nКасса 2"}).headers["Location"] == "/setup/panel/"
    assert "Касса 2" in client.get("/setup/panel/").text
    assert Client().get("/", follow=True).redirect_chain == [("/accounts/login/?next=/", 302)]
    invited = client.post("/setup/invite/", {"username": "second", "role": "viewer", "place": ""})
    assert "/accounts/password/reset/key/" in invited.text
    assert Company.current().timezone == "Asia/Omsk"
    assert sorted(Place.objects.values_list("code", flat=True)) == ["nevskiy-1", "sadovaya-2"]
    assert Point.objects.count() == 4
    assert sign_in("first").headers["Location"] == "/"
    assert client.get("/setup/nothing/").status_code == 404


def test_who_opens_a_new_installation_learns_how_to_begin(db):
    page = Client().get("/accounts/login/?next=/").text
    assert "otklik user create NAME" in page
    assert 'name="next" value="/"' not in page  # the overview is where one lands anyway, or the setup
    actions.create_user(acting_user=None, username="first", password=PASSWORD)
    assert "otklik user create" not in Client().get("/accounts/login/").text
    assert 'name="next" value="/indicators/"' in Client().get("/accounts/login/?next=/indicators/").text


def test_the_profile_changes_the_language_of_the_next_page(cast):
    browser = cast.browser("clerk")
    data = {"first_name": "Clara", "last_name": "", "email": "", "language": "ru", "timezone": "Asia/Omsk"}
    answer = browser.post("/profile/", data, follow=True)
    assert 'lang="ru"' in answer.text
    assert User.objects.get(pk=cast.clerk.pk).first_name == "Clara"
    assert browser.post("/profile/", data | {"timezone": "Mars"}).status_code == 422
