"""How gunicorn serves the site; `make run` and the Procfile use it."""

import ctypes
import gc
import sys
from pathlib import Path

from environs import Env

# gunicorn reads this before the settings do: what .env says counts here too.
env = Env()
env.read_env(Path(__file__).resolve().with_name(".env"), recurse=False)
bind = env.str("BIND", f"127.0.0.1:{env.str('PORT', '8000')}")
workers = env.int("WEB_CONCURRENCY", 2)
# How it was set, and with what figures: docs/performance.md. Threads, so that a sheet being made or
# a slow telephone holds up nobody; three, since more only wait for each other.
worker_class = "ptce_site.worker.EvenWorker"
threads = 3
# A connection that is idle for so long ends, and whoever opens the next one may be served better.
keepalive = 2
preload_app = True
limit_request_line = 8190  # bytes, gunicorn's most; a longer address gets its 414
accesslog = env.str("ACCESS_LOG", "") or None
logger_class = "ptce_site.accesslog.DiscreetLogger"
# No header says under which path the site is, or which one is asked for: gunicorn believes two of
# these names from its own machine, where a proxy that passes them on would make anyone be believed.
forwarder_headers = ""
# A worker that ends forgets what it kept; 10,000 requests are two seconds of a bad day.
max_requests = 1_000_000
max_requests_jitter = 100_000
control_socket_disable = True


def when_ready(_server):
    """Once, before the processes are forked: load what every page needs, in memory they share."""
    # malloc.h (glibc): threads share one heap, instead of each letting its own grow (M_ARENA_MAX);
    # what is large comes from the system and goes back to it, and the heap's loose end too, however
    # large what was needed before (M_MMAP_THRESHOLD and M_TRIM_THRESHOLD, in bytes).
    if hasattr(heap := ctypes.CDLL(None), "mallopt"):
        for option, value in ((-8, 1), (-3, 128 * 1024), (-1, 128 * 1024)):
            heap.mallopt(option, value)
    if "ptce_site.wsgi" in sys.modules:  # not so where `make bench` serves something else
        sys.modules["ptce_site.wsgi"].warm()
    gc.collect()
    gc.freeze()
