"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from otklik.surveys import views

app_name = "surveys"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/questions/", views.questions, name="questions"),
    path("settings/questions/new/", views.add, name="question_add"),
    path("settings/questions/import/", views.bring_in, name="questions_import"),
    path("settings/questions/preview/", views.preview, name="question_preview"),
    path("settings/questions/<int:pk>/", views.edit, name="question"),
]
