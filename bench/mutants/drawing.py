"""The mutants that Cosmic Ray makes of the modules of mutation.toml, and a sample of them."""

from __future__ import annotations

import random
import tempfile
import tomllib
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec

from bench.mutants.mutant import Mutant, changed, meaning
from bench.processes import ROOT

CONFIGURATION = Path(__file__).with_name("mutation.toml")
NOTHING = "core/NoOp"


def modules() -> tuple[str, ...]:
    """The files that are mutated, below the root of the project."""
    told = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    return tuple(told["cosmic-ray"]["module-path"])


def sample(count: int, seed: int) -> tuple[list[Mutant], int]:
    """So many mutants, each of another place in the code, and how many there are to draw from."""
    known = sorted(_specifications(), key=_order)
    found: dict[tuple[object, ...], Mutant] = {}
    for each in random.Random(seed).sample(known, len(known)):
        if len(found) == count:
            break
        place = (each.module_path, each.start_pos, each.end_pos)
        if place not in found and (mutant := _mutant(each)):
            found[place] = mutant
    return [*found.values()], len(known)


def _order(each: MutationSpec) -> tuple[str, str, int]:
    return str(each.module_path), each.operator_name, each.occurrence


def _specifications() -> list[MutationSpec]:
    with (
        tempfile.TemporaryDirectory() as room,
        use_db(f"{room}/session.sqlite", WorkDB.Mode.create) as session,
    ):
        init([ROOT / each for each in modules()], session, {})
        specifications = [one for item in session.work_items for one in item.mutations]
    return [each for each in specifications if each.operator_name != NOTHING]


def _mutant(each: MutationSpec) -> Mutant | None:
    """What it makes of its module; None where that is no Python, or differs in annotations alone."""
    file = Path(each.module_path)
    good = file.read_text(encoding="utf-8")
    try:
        code = mutate_code(good, get_operator(each.operator_name)(**each.operator_args), each.occurrence)
    except AttributeError:  # Cosmic Ray 8.7 cannot replace an exception whose name has a dot
        return None
    if code is None or meaning(code) in (None, meaning(good)):
        return None
    module = file.relative_to(ROOT).as_posix()
    before, after = changed(good, code)
    return Mutant(
        id=f"{module}:{each.operator_name.removeprefix('core/')}:{each.occurrence}",
        module=module,
        line=each.start_pos[0],
        before=before,
        after=after,
        code=code,
    )
