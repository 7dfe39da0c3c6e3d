"""Production's settings for servers under test, where many sign in again and again.

The second factor has its own tests, on production's settings as they are (test_accounts_browser).
"""

from ptce_site.settings.prod import *  # noqa: F403

SECOND_FACTOR_REQUIRED = False
