"""How gunicorn writes down what it did: its own lines in JSON, and requests if one asks for them.

The lines about requests (ACCESS_LOG) keep the form that all tools read, with a network in the place
of an address, without what was asked for after "?", here nor on the page one came from, and without
the keys of links that open something.
"""

from typing import Any

from gunicorn.glogging import Logger

from .logs import lines, network, without_keys


class DiscreetLogger(Logger):
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(lines())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict:
        """What a line may be made of, without headers: they hold whole addresses, and cookies."""
        known = super().atoms(resp, req, environ, request_time)
        atoms = {name: value for name, value in known.items() if not name.startswith("{")}
        path = without_keys(str(environ["RAW_URI"]).partition("?")[0])
        return atoms | {
            "h": network(str(known["h"])),
            "u": "-",
            "q": "",
            "r": f"{environ['REQUEST_METHOD']} {path} {environ['SERVER_PROTOCOL']}",
            "f": without_keys(str(known["f"]).partition("?")[0]),
        }
