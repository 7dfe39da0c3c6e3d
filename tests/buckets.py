"""A storage that speaks enough of S3 for boto3: objects in one bucket, listed, read, removed."""

import http.server
import threading
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LISTED = "<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>"
ERROR = "<Error><Code>{}</Code></Error>"
MODIFIED = "Mon, 05 Jan 2026 10:00:00 GMT"


class Bucket(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_anything):
        pass

    def answer(self, status: int, body: bytes = b"", **said: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **said}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status: int, code: str) -> None:
        self.answer(status, ERROR.format(code).encode(), Content_Type="application/xml")

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server, asked = self.server, urlsplit(self.path)
        _empty, bucket, key = [*unquote(asked.path).split("/", 2), ""][:3]
        server.asked.append((self.command, key))
        credential = f"Credential={server.key}/"
        if server.refusing or credential not in self.headers.get("Authorization", ""):
            return self.refuse(403, "AccessDenied")
        if bucket != "images-du-site":
            return self.refuse(404, "NoSuchBucket")
        if not key:
            return self.list(parse_qs(asked.query))
        if self.command == "PUT":
            server.objects[key] = body
            return self.answer(200, ETag='"1"')
        if self.command == "DELETE":
            server.objects.pop(key, None)
            return self.answer(204)
        if key not in server.objects:
            return self.refuse(404, "NoSuchKey")
        return self.answer(200, server.objects[key], Last_Modified=MODIFIED, ETag='"1"')

    do_GET = do_HEAD = do_PUT = do_DELETE = handle_one

    def list(self, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(body)}</Size></Contents>"
            for key, body in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        self.answer(200, LISTED.format(found).encode(), Content_Type="application/xml")


@contextmanager
def bucket(key: str = "KEY+1"):
    """A server with an empty bucket; `address` is its MEDIA_STORE."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.daemon_threads = True
    server.objects, server.asked, server.key, server.refusing = {}, [], key, False
    host = f"127.0.0.1:{server.server_port}"
    server.address = f"s3+http://KEY%2B1:se%2Fcret@{host}/images-du-site?region=fr-par"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
