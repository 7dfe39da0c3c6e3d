"""How gunicorn serves the site; `make run` and the Procfile use it."""

import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True
limit_request_line = 8190  # bytes, gunicorn's most; a longer address gets its 414


accesslog = os.environ.get("ACCESS_LOG") or None
control_socket_disable = True
