"""What can be wrong with our own documents; each error names the file and the key."""

from __future__ import annotations


class ContractError(Exception):
    """The contract itself is wrong: nobody's server is to blame."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file = file
        self.key = key


class BrokenReference(ContractError):  # noqa: N818  # the name says what is wrong, not that it is
    """A `$ref` points at nothing."""


class BrokenRecord(ContractError):  # noqa: N818  # the same
    """A record lacks a member, or has one that nobody reads."""


class UnknownClause(ContractError):  # noqa: N818  # the same
    """Something names a clause that does not exist."""
