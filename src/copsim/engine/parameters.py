"""All parameters of a run as one record of records: a field a mechanism, in each a field a parameter, all float32."""

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from copsim.core.declare import GROUPS

MECHANISMS = (
    "answering", "belonging", "costing", "joining", "launching", "leading", "learning", "leaving", "meeting",
    "participating", "practising", "sponsoring", "staging", "tiring", "tying", "valuing", "weathering", "welcoming",
)  # fmt: skip
"""Mechanisms with parameters; a test compares them with the folder."""

for _name in MECHANISMS:
    importlib.import_module(f"copsim.mechanisms.{_name}")

DECLARED = {p.key: p for name in MECHANISMS for p in GROUPS[name]}
"""Every declared parameter by key."""
KEYS = tuple(DECLARED)
"""Every declared key, in the order of the record."""

_GROUP_TYPES = [(name, np.dtype((np.record, [(p.name, "f4") for p in GROUPS[name]]))) for name in MECHANISMS]
PARAMETERS = np.dtype((np.record, _GROUP_TYPES))
"""The type of a record of parameters: kernels read `p.sponsoring.engagement`, and may not write."""


def pack(values: Mapping[str, float]) -> Any:
    """Return the (1,) record that kernels read, from a value for every declared key, rounded to float32."""
    return np.array([values[key] for key in KEYS], np.float32).view(PARAMETERS).view(np.recarray)


def central(population: str) -> dict[str, float]:
    """Return the central value of every parameter in a declared population, by key."""
    return dict(_central(population))


@cache
def _central(population: str) -> dict[str, float]:
    return {key: p.value_in(population) for key, p in DECLARED.items()}
