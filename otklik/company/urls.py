"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.company.views import imports, maps, people, places, settings, setup, users

app_name = "company"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/map/", maps.map_source, name="map_source"),
    path("settings/places/", places.places, name="places"),
    path("settings/places/new/", places.add, name="place_add"),
    path("settings/places/import/", imports.places, name="places_import"),
    path("settings/places/<int:pk>/", places.place, name="place"),
    path("settings/places/<int:pk>/edit/", places.edit, name="place_edit"),
    path("settings/places/<int:pk>/move/", places.move, name="place_move"),
    path("settings/places/<int:pk>/state/", places.state, name="place_state"),
    path("settings/places/<int:pk>/points/new/", places.add_point, name="point_add"),
    path("settings/points/<int:pk>/", places.edit_point, name="point"),
    path("settings/points/<int:pk>/state/", places.point_state, name="point_state"),
    path("settings/points/<int:pk>/shifts/new/", people.add_shift, name="shift_add"),
    path("settings/employees/", people.employees, name="employees"),
    path("settings/employees/new/", people.add_employee, name="employee_add"),
    path("settings/employees/<int:pk>/", people.edit_employee, name="employee"),
    path("settings/shifts/", people.shifts, name="shifts"),
    path("settings/shifts/import/", imports.shifts, name="shifts_import"),
    path("settings/shifts/<int:pk>/", people.edit_shift, name="shift"),
    path("settings/shifts/<int:pk>/end/", people.end_shift, name="shift_end"),
    path("settings/shifts/<int:pk>/delete/", people.delete_shift, name="shift_delete"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.invite, name="user_add"),
    path("settings/users/<int:pk>/", users.edit, name="user"),
    path("settings/users/<int:pk>/state/", users.state, name="user_state"),
    path("settings/users/<int:pk>/invitation/", users.invitation, name="user_invitation"),
    path("settings/users/<int:pk>/roles/", users.give_role, name="user_role"),
    path("settings/roles/<int:pk>/take/", users.take_role, name="role_take"),
    path("settings/groups/", users.groups, name="groups"),
    path("settings/groups/new/", users.add_group, name="group_add"),
    path("settings/groups/<int:pk>/", users.edit_group, name="group"),
    path("settings/groups/<int:pk>/roles/", users.give_group_role, name="group_role"),
    path("settings/groups/<int:pk>/delete/", users.delete_group, name="group_delete"),
    path("settings/keys/", settings.keys, name="keys"),
    path("settings/keys/new/", settings.add_key, name="key_add"),
    path("settings/keys/<int:pk>/revoke/", settings.revoke_key, name="key_revoke"),
    path("settings/audit/", settings.audit_log, name="audit"),
    path("settings/company/", settings.company, name="company"),
    path("profile/", settings.profile, name="profile"),
    path("setup/", setup.setup, name="setup"),
    path("setup/<str:step>/", setup.setup, name="setup_step"),
]
