from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "otklik.metrics"
    label = "metrics"
