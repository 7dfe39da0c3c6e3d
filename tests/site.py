"""`check_site` on the shipped content, as production serves it: python -m tests.site."""

import os
import subprocess
import sys
import tempfile


def main() -> int:
    """A site made in a folder of its own, walked through, thrown away."""
    with tempfile.TemporaryDirectory(prefix="ptce-site-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "ptce_site.settings.prod",
            "SECRET_KEY": "for-check-site-" + "x" * 32,
            "DATA_DIR": folder,
        }
        environment.pop("DATABASE_URL", None)
        for quiet, command in (
            (True, ["prepare"]),
            (True, ["collectstatic", "--noinput", "-v0"]),
            (False, ["check_site"]),
        ):
            done = subprocess.run(
                [sys.executable, "manage.py", *command],
                env=environment,
                stdout=subprocess.DEVNULL if quiet else None,
            )
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
