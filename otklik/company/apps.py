from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "otklik.company"
    label = "company"
