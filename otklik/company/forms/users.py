"""Forms of users, groups, roles and API keys."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from otklik.company.forms.base import ActionForm, PlaceChoice, ZoneInput
from otklik.company.models import ApiKey, Role, User, Verb
from otklik.company.models.keys import Scope


class UserForm(ActionForm):
    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "language", "timezone")
        labels = {"username": _("sign-in name")}
        help_texts = {
            "username": _("Letters, digits and @ . + - _"),
            "email": _("Can be used for sign-in too."),
        }
        widgets = {"timezone": ZoneInput}


class ProfileForm(ActionForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "language", "timezone")
        widgets = {"timezone": ZoneInput}


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)

    def __init__(self, user: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["place"] = PlaceChoice(user, Verb.ADMIN, whole=True, label=_("where"))


class InviteForm(RoleForm):
    """A new user with the first role."""

    field_order = ("username", "first_name", "last_name", "email", "role", "place")
    username = forms.CharField(
        label=_("sign-in name"), max_length=150, help_text=_("Letters, digits and @ . + - _")
    )
    first_name = forms.CharField(label=_("first name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("last name"), max_length=150, required=False)
    email = forms.EmailField(label=_("email address"), required=False)


class GroupForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=150)
    members = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, data: Any = None, *, group: Group | None = None) -> None:
        initial = {"name": group.name, "members": list(group.user_set.all())} if group else {}
        super().__init__(data, initial=initial)
        choice = self.fields["members"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = User.objects.manageable_by(user).filter(is_active=True).order_by("username")


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("name"),
        max_length=100,
        help_text=_("Where the key will be used, such as “cash desk program”."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("what it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["place"] = PlaceChoice(
            user, Verb.ADMIN, whole=True, label=ApiKey._meta.get_field("place").verbose_name
        )
