"""The sign-in form."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _

from otklik.company.models import User


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("Name or e-mail address")
        self.fields["password"].help_text = ""  # the page says whom to ask
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    @property
    def nobody_yet(self) -> bool:
        """Whether the installation is so new that nobody could sign in."""
        return not User.objects.exists()
