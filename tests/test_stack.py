"""However deep the server stands, a page takes its stack once from the system."""

import resource

from ptce_site import wsgi
from ptce_site.stack import RESERVED, roomy

DEPTHS, CALLS = 120, 400


def row(number):
    return number


# Larger than one step of `deeper`: none of the edges falls between two depths.
row.__code__ = row.__code__.replace(co_stacksize=100)


def answer(environ, _start_response):
    """What a page does: far more calls than it is deep."""
    return [b"%d" % row(number) for number in range(environ["calls"])]


def deeper(frames, application):
    if frames:
        return deeper(frames - 1, application)
    return application({"calls": CALLS}, None)


def most_faults(application):
    """The most page faults of one answer, over all the depths from which it may be asked."""
    worst = 0
    for depth in range(DEPTHS):
        for _warm in range(2):
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            deeper(depth, application)
            taken = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        worst = max(worst, taken)
    return worst


def test_a_page_takes_its_stack_once():
    assert most_faults(answer) >= CALLS, "the interpreter has no edge any more: drop stack.py"
    assert most_faults(roomy(answer)) <= CALLS / 10


def test_an_answer_is_the_same():
    assert roomy(answer)({"calls": 3}, None) == answer({"calls": 3}, None) == [b"0", b"1", b"2"]


def test_the_site_is_asked_so():
    assert wsgi.pages._django.__code__.co_stacksize >= RESERVED
