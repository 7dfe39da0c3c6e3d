"""`make attack`: a hostile run against our own server, on this machine only (docs/security.md)."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ptce_site.settings.test")
ROOT = Path(__file__).parents[2]
