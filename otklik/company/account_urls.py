"""Sign-in addresses: of all that allauth offers only what an invited user needs.

Names that allauth's own code reverses stay, but nobody signs up, and no letters with links are sent: an administrator
makes the link.
"""

from allauth.account import views
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView, TemplateView

ask_an_administrator = TemplateView.as_view(template_name="account/password_reset.html")

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/", ask_an_administrator, name="account_reset_password"),
    path("password/reset/done/", ask_an_administrator, name="account_reset_password_done"),
    path(
        "password/reset/key/done/", RedirectView.as_view(url="/"), name="account_reset_password_from_key_done"
    ),
    path("signup/", ask_an_administrator, name="account_signup"),
    path("email/", RedirectView.as_view(url=reverse_lazy("company:profile")), name="account_email"),
    path("confirm-email/", ask_an_administrator, name="account_email_verification_sent"),
    path("2fa/", include("allauth.mfa.urls")),
]
