"""copsim: agent-based simulation of communities of practice.

The public names below are loaded when first touched, so that `import copsim` costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copsim.agents.model import CommunityModel
    from copsim.analysis.discovery import discover
    from copsim.analysis.sensitivity import sensitivity
    from copsim.core.errors import UserError
    from copsim.explore.player import export_player
    from copsim.optimising.optimise import optimise
    from copsim.scenarios.reading import Scenario, load_scenario
    from copsim.scenarios.tables import outcomes, params, scenarios
    from copsim.studies.compare import compare
    from copsim.studies.futures import futures
    from copsim.studies.simulate import simulate
    from copsim.sweeps.advising import advise
    from copsim.sweeps.handles import from_salib
    from copsim.sweeps.sweep import sweep

__version__ = "0.1.0"

__all__ = [
    "CommunityModel",
    "Scenario",
    "UserError",
    "__version__",
    "advise",
    "compare",
    "discover",
    "export_player",
    "from_salib",
    "futures",
    "load_scenario",
    "optimise",
    "outcomes",
    "params",
    "scenarios",
    "sensitivity",
    "simulate",
    "sweep",
]

# `scenarios` is missing here: it is the subpackage, which can be called (see there).
_HOMES = {
    "CommunityModel": "copsim.agents.model",
    "Scenario": "copsim.scenarios.reading",
    "UserError": "copsim.core.errors",
    "advise": "copsim.sweeps.advising",
    "compare": "copsim.studies.compare",
    "discover": "copsim.analysis.discovery",
    "export_player": "copsim.explore.player",
    "from_salib": "copsim.sweeps.handles",
    "futures": "copsim.studies.futures",
    "load_scenario": "copsim.scenarios.reading",
    "optimise": "copsim.optimising.optimise",
    "outcomes": "copsim.scenarios.tables",
    "params": "copsim.scenarios.tables",
    "sensitivity": "copsim.analysis.sensitivity",
    "simulate": "copsim.studies.simulate",
    "sweep": "copsim.sweeps.sweep",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first touched."""
    if name == "scenarios":
        return import_module("copsim.scenarios")
    if name not in _HOMES:
        raise AttributeError(f"module 'copsim' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
