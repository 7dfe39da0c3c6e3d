"""`make attack`: a hostile run against our own server, on this machine only (docs/security.md)."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.test")
django.setup()  # the addresses are asked from the resolver, the forms read as the tests do

ROOT = Path(__file__).parents[2]
