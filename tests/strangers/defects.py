"""Servers that break one documented promise each, by name."""

from __future__ import annotations

from .asking_defects import ASKING
from .change import Defect
from .delivery_defects import DELIVERING
from .failing_defects import FAILING, TESTING
from .merge_defects import CHANGING, CONDITIONS
from .operation_defects import OPERATING
from .patch_defects import PATCHING
from .saving_defects import SAVING
from .showing_defects import LISTING, SHOWING
from .store_defects import LIMITS, PLACES, STORES

EVERY_DEFECT = (
    *SAVING,
    *SHOWING,
    *LISTING,
    *PATCHING,
    *CHANGING,
    *CONDITIONS,
    *OPERATING,
    *ASKING,
    *PLACES,
    *LIMITS,
    *STORES,
    *DELIVERING,
    *FAILING,
    *TESTING,
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in EVERY_DEFECT}
