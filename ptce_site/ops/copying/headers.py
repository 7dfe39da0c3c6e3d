"""What each file of the copy is answered with, said in as few rules as hold.

Read from what the site itself answered: a header that is added there is in the copy too. Hosts
differ where two rules meet (some join the values, some keep the nearest): no two ever do.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# What the host says for itself, of the file, of the connection, of its certificate, of a request.
HOST_S_OWN = {
    "Content-Length", "Content-Encoding", "Date", "ETag", "Expires", "Last-Modified", "Vary",
    "Strict-Transport-Security", "X-Request-ID",
}  # fmt: skip
KIND, CACHE, POLICY = "Content-Type", "Cache-Control", "Content-Security-Policy"
OWN_FORMS = "form-action 'self'"

type Headers = Mapping[str, Mapping[str, str]]  # address → its headers


@dataclass(frozen=True)
class Rule:
    """A header of what stands at `where`: an address, or all that begins so (`…/*`)."""

    where: str
    name: str
    value: str


def told(headers: Mapping[str, str], *, forms_to: str = "") -> dict[str, str]:
    """What a host must say of a file; unless the site says otherwise, to ask again each time.

    `forms_to`: the site that the forms of the copy ask, which its policy must let them.
    """
    found = {CACHE: "no-cache"} | {n: v for n, v in headers.items() if n not in HOST_S_OWN}
    if forms_to and POLICY in found:
        found[POLICY] = found[POLICY].replace(OWN_FORMS, f"{OWN_FORMS} {forms_to}")
    return found


def usual(headers: Headers) -> dict[str, str]:
    """The value that each header has most often; "" where most files have none."""
    names = {name for one in headers.values() for name in one}
    count = {name: Counter(one.get(name, "") for one in headers.values()) for name in names}
    return {name: count[name].most_common(1)[0][0] for name in sorted(names)}


def rules(headers: Headers, name: str, *, but: str = "") -> Iterator[Rule]:
    """The rules of a header, none for the files where its value is `but`."""
    values = {address: one.get(name, "") for address, one in headers.items()}
    for where, value in _covering("/", values):
        if value != but:
            yield Rule(where, name, value)


def _covering(folder: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The fewest places, none in another, that give each address under a folder its value."""
    found = set(values.values())
    if len(found) == 1:
        yield f"{folder}*", found.pop()
        return
    parts: dict[str, dict[str, str]] = {}
    for address, value in values.items():
        first, slash, _rest = address.removeprefix(folder).partition("/")
        parts.setdefault(f"{folder}{first}{slash}", {})[address] = value
    for part, under in sorted(parts.items()):
        if part.endswith("/") and part != folder:
            yield from _covering(part, under)
        else:
            yield part, under[part]


def in_blocks(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The same by place, the first that is named first."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.where, []).append(rule)
    return found
