"""The rules of the house: docstrings, sizes, words that stay out, and documents that can be found."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
IGNORED = [".git", *(line.rstrip("/") for line in (HERE / ".gitignore").read_text(encoding="utf-8").split())]
PACKAGES = {"openapi", "mock_server", "contract_tests"}
LONGEST_MODULE = 400
MEDIAN_FUNCTION = 6

# In pieces, so that this file does not have the words itself: paths of one machine, hosts of registries.
PATHS = [("", "work", ""), ("", "tmp", "v", ""), ("", "opt", "wheels"), ("", "opt", "pypi"), ("shared", "")]
HOSTS = [("pypi", "org"), ("files.pythonhosted", "org"), ("registry.npmjs", "org")]
FORBIDDEN = ["/".join(each) for each in PATHS] + [".".join(each) for each in HOSTS]

LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)\s]*)?\)|<img [^>]*src=\"([^\":]+)\"")


@cache
def files() -> tuple[Path, ...]:
    """What belongs to the project: everything below its directory that git does not ignore."""
    return tuple(sorted(_below(HERE)))


def _below(directory: Path) -> Iterator[Path]:
    for each in directory.iterdir():
        if any(fnmatch(each.name, pattern) for pattern in IGNORED):
            continue
        if each.is_dir():
            yield from _below(each)
        else:
            yield each


def name(file: Path) -> str:
    """A file as messages name it."""
    return file.relative_to(HERE).as_posix()


PYTHON = [file for file in files() if file.suffix == ".py"]
OF_PACKAGES = [file for file in PYTHON if file.relative_to(HERE).parts[0] in PACKAGES]
TEXTS = [
    file
    for file in files()
    if file.name == "README.md" or (HERE / "docs" in file.parents and file.suffix == ".md")
]


def text(file: Path) -> str:
    """The contents of a file; a binary one counts as empty."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_every_module_begins_with_a_sentence():
    """The first line of a module is one sentence that says what the reader will find."""
    first = {name(file): text(file).partition("\n")[0] for file in PYTHON}
    assert [
        each for each, line in first.items() if not re.fullmatch(r'r?"""\S([^.!?]|[.!?]\S)*\.(""")?', line)
    ] == []


def test_no_module_is_long():
    """A module of the packages that gets too long has a second subject."""
    assert [name(file) for file in OF_PACKAGES if text(file).count("\n") > LONGEST_MODULE] == []


def test_functions_are_short():
    """Half of the functions of the packages are a few lines, docstrings aside."""
    lengths = [
        _length(node)
        for file in OF_PACKAGES
        for node in ast.walk(ast.parse(text(file)))
        if _is_function(node)
    ]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _length(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("word", FORBIDDEN)
def test_nothing_of_a_machine_is_written_down(word):
    """No file has a path of somebody's machine, or the host of a package registry."""
    assert [name(file) for file in files() if word in text(file)] == []


def _links(document: Path) -> set[Path]:
    found = {link or image for link, image in LINK.findall(text(document))}
    return {(document.parent / each).resolve() for each in found}


def test_links_lead_somewhere():
    """Every relative link of a document names a file that is there."""
    assert [(name(each), f"{link}") for each in TEXTS for link in _links(each) if not link.exists()] == []


def test_every_document_can_be_found():
    """Each document below docs/ is linked from the README or from another document."""
    linked = {link for each in TEXTS for link in _links(each) - {each}}
    assert [name(each) for each in TEXTS if each.name != "README.md" and each not in linked] == []
