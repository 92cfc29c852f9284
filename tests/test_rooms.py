"""Who may import whom: the rooms of the project, read from its import statements."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
PACKAGES = ("openapi", "mock_server", "contract_tests")
SUITE = {"openapi", "contract_tests.kit", "hypothesis", "pytest"}

# What the modules of a room may import beside the standard library. A module is in the first room whose name
# is its own or stands above it, or fits by its *. The mock and the suite meet over HTTP alone.
ROOMS: Mapping[str, set[str]] = {
    "openapi": {"openapi", "yaml", "jsonschema"},
    "mock_server.cli": {"mock_server", "click", "flask"},
    "mock_server.configuration": {"mock_server", "click"},
    "mock_server.options": {"click"},
    "mock_server.usage": {"click"},
    "mock_server.certificates": {"mock_server", "trustme"},
    "mock_server.web.metrics": {"mock_server", "openapi", "prometheus_client"},
    "mock_server.serve": {"mock_server", "flask", "granian"},
    "mock_server.web.page": {"mock_server", "flask", "jinja2", "markupsafe", "orjson"},
    "mock_server.web.docs": {"mock_server", "openapi", "flask", "jinja2"},
    "mock_server.web": {"mock_server", "openapi", "flask", "werkzeug"},
    "mock_server.testing": {"mock_server", "orjson", "urllib3", "werkzeug"},
    "mock_server.pytest_plugin": {"mock_server", "pytest"},
    "mock_server.store": {"mock_server", "sqlalchemy"},
    "mock_server.rows": {"mock_server", "orjson", "sqlalchemy"},
    "mock_server.engines": {"mock_server", "sqlalchemy"},
    "mock_server.tables": {"mock_server", "sqlalchemy"},
    "mock_server.tenants": {"mock_server", "sqlalchemy"},
    "mock_server.outbox": {"mock_server", "orjson", "sqlalchemy"},
    "mock_server.deliveries.turns": {"mock_server", "huey"},
    "mock_server.deliveries.sharing": {"mock_server", "orjson", "huey", "redis"},
    "mock_server.deliveries.connections": {"mock_server", "urllib3"},
    "mock_server.deliveries.sender": {"mock_server", "urllib3"},
    "mock_server.upstream.sending": {"mock_server", "urllib3"},
    "mock_server.upstream.schemas": {"mock_server", "openapi", "jsonschema", "jsonschema_rs"},
    "mock_server.upstream.archive": {"mock_server", "harfile"},
    "mock_server": {"mock_server", "openapi", "orjson"},
    "contract_tests.kit": {*SUITE, "urllib3"},
    # What schemathesis draws is prepared by requests, and then sent by the target like everything else.
    "contract_tests.drawing": {*SUITE, "requests", "schemathesis"},
    "contract_tests.test_schema": {*SUITE, "contract_tests.drawing"},
    "contract_tests.test_*": {*SUITE, "contract_tests.samples"},
    "contract_tests.doctor": {"openapi", "contract_tests", "click", "rich"},
    "contract_tests.live": {*SUITE, "contract_tests", "click", "rich"},
    "contract_tests.offers": {"openapi", "contract_tests.kit", "yaml"},
    "contract_tests.listening": {*SUITE, "contract_tests", "click", "rich", "trustme", "urllib3"},
    "contract_tests.proving": {*SUITE, "contract_tests", "click", "rich"},
    "contract_tests.reports.page": {"contract_tests", "openapi", "jinja2", "markupsafe"},
    "contract_tests.reports": {"contract_tests", "openapi", "click", "harfile", "jsonschema", "rich"},
    "contract_tests": {*SUITE, "contract_tests", "click", "rich"},
}
# Only these modules of the mock know that there is HTTP; the package itself offers what is in them.
OUTER = (
    "mock_server.web",
    "mock_server.cli",
    "mock_server.serve",
    "mock_server.testing",
    "mock_server.pytest_plugin",
    "mock_server.__main__",
)


@cache
def imports(*, for_types: bool = True) -> Mapping[str, set[str]]:
    """The modules of the three packages, and what each of them imports."""
    files = [file for package in PACKAGES for file in (HERE / package).rglob("*.py")]
    return {_name(file): set(_imported(file, for_types)) for file in files}


def _name(file: Path) -> str:
    return ".".join(file.relative_to(HERE).with_suffix("").parts).removesuffix(".__init__")


def _imported(file: Path, for_types: bool) -> Iterator[str]:
    package = _name(file) if file.name == "__init__.py" else _name(file).rpartition(".")[0]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if for_types or not _is_for_types(node)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def within(name: str, place: str) -> bool:
    """True when a name is a place or stands below it."""
    return f"{name}.".startswith(f"{place}.")


def room(module: str) -> str:
    """The room that a module is in."""
    return next(each for each in ROOMS if within(module, each) or fnmatch(module, each))


def test_every_room_is_lived_in():
    """The table has no line for a module that is not there."""
    assert {room(module) for module in imports()} == set(ROOMS)


def test_modules_import_what_their_room_may():
    """Nothing is imported that the table does not allow."""
    stray = [
        f"{module} imports {each}"
        for module, found in imports().items()
        for each in sorted(found)
        if each.partition(".")[0] not in sys.stdlib_module_names
        if not any(within(each, place) for place in ROOMS[room(module)])
    ]
    assert not stray, "\n".join(stray)


def test_the_mock_decides_without_its_web_room():
    """What is decided about a webhook needs no web server."""
    for module, found in imports().items():
        if within(module, "mock_server") and module != "mock_server" and not is_outer(module):
            assert not [each for each in found if is_outer(each)], module


def is_outer(name: str) -> bool:
    """True for what is, or stands in, one of the outer modules of the mock."""
    return any(within(name, each) for each in OUTER)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_imports_go_in_a_circle(package):
    """Following the imports of a module never leads back to it, those for types aside."""
    known = imports(for_types=False)
    modules = {
        each: {_module(name) for name in found} for each, found in known.items() if within(each, package)
    }
    TopologicalSorter(modules).prepare()


def _module(name: str) -> str:
    return name if name in imports() else name.rpartition(".")[0]
