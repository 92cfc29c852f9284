"""A mutant: the code of one module with one change, and what that change means."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of one module; `before` and `after` are the lines that differ, `code` is the whole of it."""

    id: str
    module: str
    line: int
    before: str
    after: str
    code: str


def changed(good: str, code: str) -> tuple[str, str]:
    """The lines that differ, before and after."""
    lines = list(difflib.ndiff(good.splitlines(), code.splitlines()))
    return tuple("; ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")  # type: ignore[return-value]


def meaning(code: str) -> str | None:
    """The module without its annotations, which nobody evaluates; None when it is no module."""
    try:
        return ast.dump(_Unannotated().visit(ast.parse(code)))
    except SyntaxError:
        return None


class _Unannotated(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:  # a name of ast
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # the same
        self.generic_visit(node)
        node.returns = None
        return node
