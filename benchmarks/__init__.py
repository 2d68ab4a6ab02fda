"""Measurements: `make bench`. Every figure stands beside a bare reference or a peer of the same run."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialwright.web.settings")
django.setup()
