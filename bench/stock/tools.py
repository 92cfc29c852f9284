"""The tools that are compared: how each is called, and what it says that it has found."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from bench.calls import CREDENTIALS
from bench.processes import output
from bench.stock import documents

HERE = Path(__file__).parent
DREDD = HERE / "node_modules" / "dredd" / "bin" / "dredd"
INSTALL_SECONDS = 300.0
LARGE = 300  # examples of each operation, instead of 100
RUN = 'schemathesis run openapi/api.yaml --url URL --header "Authorization: …" --seed N'

Findings = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool with one set-up.

    `command` takes the base URL, a directory of its own and a seed; `found` reads what is left in it, where
    `said.txt` is what was printed. `seeds` are those that the good mock is asked with.
    """

    name: str
    version: str
    shown: str
    seeds: tuple[int, ...]
    command: Callable[[str, Path, int], list[str]]
    found: Callable[[Path], Findings]


def tools() -> tuple[tuple[Tool, ...], tuple[str, ...]]:
    """Those that are here; and, in words, what is not."""
    found = (SUITE, SCHEMATHESIS, CONTINUING_SCHEMATHESIS, LARGE_SCHEMATHESIS)
    reason = _dredd_is_missing()
    return (found, (reason,)) if reason else ((*found, DREDD_SEEDED), ())


# ---- the suite


def _check(base: str, room: Path, _: int) -> list[str]:
    user = ["--user", "tje0", "--password", "Tje0"]
    return [
        sys.executable,
        "-m",
        "contract_tests",
        "check",
        "--target",
        base,
        *user,
        "--json",
        f"{room}/found.json",
    ]


def _broken(room: Path) -> Findings:
    told = json.loads((room / "found.json").read_text(encoding="utf-8"))
    return frozenset(each["id"] for each in told["clauses"] if each["verdict"] == "broken")


# ---- Schemathesis


def _schemathesis(base: str, room: Path, seed: int) -> list[str]:
    program = str(Path(sys.executable).with_name("schemathesis"))
    header = ["--header", f"Authorization: {CREDENTIALS}"]
    report = ["--report-json-path", f"{room}/found.json", "--seed", str(seed), "--no-color"]
    return [program, "run", str(documents.DOCUMENT), "--url", base, *header, *report]


def _continuing(base: str, room: Path, seed: int) -> list[str]:
    """By default an operation is done with its first failure, which is noise more often than not."""
    return [*_schemathesis(base, room, seed), "--checks", "all", "--continue-on-failure"]


def _large(base: str, room: Path, seed: int) -> list[str]:
    return [*_continuing(base, room, seed), "--max-examples", str(LARGE)]


def _failures(room: Path) -> Findings:
    """Each kind of failure at each operation."""
    told = json.loads((room / "found.json").read_text(encoding="utf-8"))
    return frozenset(
        f"{each['type']}, {operation}" for each in told["failures"] for operation in each["operations"]
    )


# ---- Dredd


def _dredd(base: str, room: Path, _: int) -> list[str]:
    document = documents.downgraded(room / "api.json")
    options = [
        "--header",
        f"Authorization: {CREDENTIALS}",
        "--hookfiles",
        str(HERE / "seeding.js"),
        "--no-color",
    ]
    return ["node", str(DREDD), str(document), base, *options]


def _failing(room: Path) -> Findings:
    """Each transaction that fails, and which of its parts do; values are left out."""
    said = (room / "said.txt").read_text(encoding="utf-8")
    pairs = re.findall(
        r"^fail: (\w+ \(\d+\) \S+) duration.*\n((?:(?:fail: )?(?:body|headers|statusCode): .*\n)*)",
        said,
        re.MULTILINE,
    )
    return frozenset(
        f"{part}, {where}"
        for where, parts in pairs
        for part in re.findall(r"^(?:fail: )?(\w+): ", parts, re.MULTILINE)
    )


def _dredd_is_missing() -> str | None:
    """Installs Dredd below bench/stock/node_modules the first time; why that did not work."""
    if DREDD.exists():
        return None
    command = ["npm", "install", "--prefix", str(HERE), "--no-audit", "--no-fund", "--no-package-lock"]
    try:
        status, told = output(command, core=None, limit=INSTALL_SECONDS)
    except OSError as error:
        return f"Dredd was not tried: {error}"
    return None if status == 0 else f"Dredd was not tried: npm failed: {told.strip()[-200:]}"


SUITE = Tool(
    name="webhook-contract",
    version=version("superoffice-webhook-contract"),
    shown="webhook-contract check --target URL --user U --password P",
    seeds=(1, 2),
    command=_check,
    found=_broken,
)
SCHEMATHESIS = Tool(
    name="Schemathesis",
    version=version("schemathesis"),
    shown=RUN,
    seeds=(1, 2, 3),
    command=_schemathesis,
    found=_failures,
)
CONTINUING_SCHEMATHESIS = replace(
    SCHEMATHESIS,
    name="Schemathesis, continuing",
    shown=f"{RUN} --checks all --continue-on-failure",
    seeds=(1, 2),
    command=_continuing,
)
LARGE_SCHEMATHESIS = replace(
    CONTINUING_SCHEMATHESIS,
    name="Schemathesis, large",
    shown=f"{RUN} --checks all --continue-on-failure --max-examples {LARGE}",
    seeds=(1, 2),
    command=_large,
)
DREDD_SEEDED = Tool(
    name="Dredd",
    version=json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]["dredd"],
    shown='dredd api-3.0.json URL --header "Authorization: …" --hookfiles bench/stock/seeding.js',
    seeds=(1, 2),
    command=_dredd,
    found=_failing,
)
# What was tried, or not, beside these: name, version, and why it is not in the tables.
LEFT_OUT = (
    (
        "Specmatic",
        "2.55.1",
        (
            "refuses the document: it stops at links with a request body, XML names and named examples of "
            "requests, and what is left without them is another document"
        ),
    ),
    (
        "Portman",
        "1.33.0",
        "installs; what it makes of the document is one request an operation, as with Dredd",
    ),
    ("Step CI", "2.8.2", "installs; it runs steps that somebody has written, and has none of its own"),
    ("APIFuzzer", "", "does not build with Python 3.11"),
    ("openapi-fuzzer", "", "comes from Cargo's registry, which was out of reach"),
    ("RESTler, EvoMaster, CATS", "", "come as archives, from no registry of Python or Node; not tried"),
)
