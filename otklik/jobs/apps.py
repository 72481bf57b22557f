from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "otklik.jobs"
    label = "jobs"
