"""The product's settings with one address more: a bare view with one INSERT, to compare with."""

from trialwright.web.settings import *  # noqa: F403  settings are names

ROOT_URLCONF = "benchmarks.urls"
