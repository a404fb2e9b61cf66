"""Scenarios: values in TOML files, and how they are read.

Calling the package itself gives the table of built-in scenarios: `copsim.scenarios()` stays a function for users
however its modules were imported before.
"""

import sys
from types import ModuleType
from typing import Any


class _CallableModule(ModuleType):
    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Return the table of built-in scenarios; see `copsim.scenarios.tables.scenarios`."""
        from copsim.scenarios.tables import scenarios

        return scenarios(*arguments, **options)


sys.modules[__name__].__class__ = _CallableModule
