"""How allauth behaves here: nobody signs up by themselves; an administrator invites by a link."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest
from django.urls import reverse

from otklik.company import audit
from otklik.company.models import Place, User, Verb


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The administrator of a company without places is led to the setup first."""
        user = request.user
        if isinstance(user, User) and user.may_everywhere(Verb.ADMIN) and not Place.objects.exists():
            return reverse("company:setup")
        return str(super().get_login_redirect_url(request))

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        audit.record("user.password", user, acting_user=user)


def invitation_path(user: User) -> str:
    """Where the user sets a password, once, within settings.PASSWORD_RESET_TIMEOUT."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _dash, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
