"""The product's settings with one address more: a bare view with one INSERT, to compare with."""

from trialwright.web.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
