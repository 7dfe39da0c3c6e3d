"""`make bench`: how fast the site is beside what could be put in its place, on one machine."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
