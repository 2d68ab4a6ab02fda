"""The diary as Django sees it."""

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "trialwright.diary"
    label = "diary"
