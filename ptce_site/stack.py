"""Room for a whole page on the interpreter's stack, taken once instead of a thousand times.

CPython (since 3.11) keeps the frames of Python calls in pieces of 16 kB. It asks the system for one
when a call does not fit, and gives it back as soon as that call returns. Where the edge of a piece
falls on a busy call (a variable of a template, a row), that happens at each of them. Where it falls
follows from how deep the server stands: the same page took from 1 to 1.5 times as long.

A piece is made large enough for the call that asks for it. One call that reserves a lot gets a
large one, and all that it calls finds room in what is left. What is not touched takes no memory.
"""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

# In words of 8 bytes, 272 kB: pieces double, so it gets one of 512, and 240 kB are left. The
# deepest pages were seen to take 20 to 36.
RESERVED = 34_000


def roomy(application: Application) -> Application:
    """The same WSGI application, whose calls stand in one piece of the stack.

    An interpreter that keeps its stack otherwise has one more call to make, and nothing else.
    """

    def asked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return application(environ, start_response)

    asked.__code__ = asked.__code__.replace(co_stacksize=RESERVED)
    return asked
