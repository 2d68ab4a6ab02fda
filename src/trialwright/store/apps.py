"""The store as Django sees it."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "trialwright.store"
    label = "store"
