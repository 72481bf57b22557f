from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "otklik.dashboards"
    label = "dashboards"
