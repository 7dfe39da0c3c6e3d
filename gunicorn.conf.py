"""How gunicorn serves the site; `make run` and the Procfile use it."""

import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Threads, so that a sheet being made or a slow telephone holds up nobody. Kept pages, requests/s
# with 16 and 64 kept connections, medians on two busy cores: 9,400 and 8,700 (2 threads: 8,400
# and 9,100; 8: 6,400 and 6,900; sync: 9,500 and 10,600, but it answers two visitors at a time).
# Without kept connections (keepalive = 0): 4,000. Once in seven runs one process took all 16
# connections and the other slept (3,600): a connection stays with whoever was awake first. It ends
# after two idle seconds, and a proxy in front spreads them; nothing in gunicorn does.
worker_class = "gthread"
threads = 4
keepalive = 2
preload_app = True
limit_request_line = 8190  # bytes, gunicorn's most; a longer address gets its 414
accesslog = os.environ.get("ACCESS_LOG") or None
# A worker that ends forgets what it kept; 10,000 requests are two seconds of a bad day.
max_requests = 1_000_000
max_requests_jitter = 100_000
control_socket_disable = True
