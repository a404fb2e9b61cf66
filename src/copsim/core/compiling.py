"""How kernels are compiled, in half the time that numba takes by itself; results and speed stay the same.

Numba optimises a function and translates it into machine code at every level of calls that it is part of, hands named
tuples on as a hundred numbers, and makes a version for every literal. Here a kernel stays raw until an entry, with all
that it calls, is compiled as one piece. Built on what numba offers for extending it: a dispatcher, a list of passes, a
library of code, a type.
"""

from typing import Any

from llvmlite.binding import Linkage
from numba import types
from numba.core import cgutils
from numba.core.boxing import unbox_tuple
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, Flags
from numba.core.compiler_machinery import PassManager
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import (
    AnnotateTypes,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import FixupArgs, IRProcessing, ReconstructSSA, TranslateByteCode
from numba.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox

_PASSES = (
    TranslateByteCode, FixupArgs, IRProcessing, ReconstructSSA, NopythonTypeInference, PreLowerStripPhis, IRLegalization,
    AnnotateTypes, NativeLowering, NoPythonBackend,
)  # fmt: skip
"""What code of plain loops needs; numba's own list has three times as many."""


class Kernel(CPUDispatcher):  # type: ignore[misc]
    """A compiled function that Python cannot call; literals and narrower whole numbers make no other version of it."""

    def __init__(self, function: Any, options: Any, compiler: Any) -> None:
        super().__init__(function, targetoptions=options, pipeline_class=compiler)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return how numba types a call: with whole numbers widened."""
        return super().get_call_template(tuple(_widened(kind) for kind in args), kws)


def _widened(kind: Any) -> Any:
    plain = types.unliteral(kind)
    return types.int64 if plain in types.signed_domain else plain


class Parts(CompilerBase):  # type: ignore[misc]
    """Compiles kernels, but leaves optimising and translating to the entry that calls them."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.state.flags = _Flags(self.state.flags)
        self.state.library = _Raw(self.state.targetctx.codegen(), "kernel")

    def define_pipelines(self) -> list[Any]:
        """Return the one list of passes."""
        passes = PassManager("kernel")
        for step in _PASSES:
            passes.add_pass(step, step.__name__)
        passes.finalize()
        return [passes]


class _Flags(Flags):  # type: ignore[misc]
    """Flags compared by what was set: numba compares all thirty for every operator it meets."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Flags) and self._values == other._values


class _NoCodegen:
    """Stands in where Python objects would be handed to machine code: there is none."""

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing."""


class _Raw(JITCodeLibrary):  # type: ignore[misc]
    """The code of one kernel as it was written; whoever links it gets the kernels it calls as well, each once."""

    codegen = _NoCodegen()
    _shared_module: Any

    def finalize(self) -> None:
        """Leave everything to the entry."""
        self._finalized = True

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            whole = self._shared().clone()
            for part in list(self._called({}))[1:]:
                code = part._shared() if isinstance(part, _Raw) else part._get_module_for_linking()
                whole.link_in(code, preserve=True)
            self._shared_module = whole
        return self._shared_module

    def _shared(self) -> Any:
        """Return the kernel's own code, which may be linked several times."""
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.external:
                function.linkage = "linkonce_odr"
        return self._final_module

    def _called(self, known: dict[Any, None]) -> dict[Any, None]:
        """Add itself and all it calls, directly or not, to what is known."""
        known[self] = None
        for part in self._linking_libraries:
            if part not in known:
                part._called(known) if isinstance(part, _Raw) else known.setdefault(part)
        return known


class _Placed(types.NamedTuple):  # type: ignore[misc]
    """The type of a named tuple that stands in one place and is handed on by its address."""

    @property
    def mangling_args(self) -> tuple[str, tuple[Any, ...]]:
        """Its name within the names of compiled functions, which are long enough."""
        return f"{self.instance_class.__name__}{self._code}", ()


@register_model(_Placed)
class _PlacedModel(models.StructModel):  # type: ignore[misc]
    """The fields as they are, and last the address where they stand."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [*zip(kind.fields, kind.types, strict=True), ("address", types.voidptr)])

    def get_argument_type(self) -> Any:
        """Return the type of what a call passes."""
        return self._models[-1].get_argument_type()

    def as_argument(self, builder: Any, value: Any) -> Any:
        """Return what a call passes."""
        return self.get(builder, value, "address")

    def from_argument(self, builder: Any, value: Any) -> Any:
        """Return the fields, read once where a function begins: nobody writes them."""
        return builder.load(builder.bitcast(value, self.get_value_type().as_pointer()))


@unbox(_Placed)  # type: ignore[untyped-decorator]
def _place(kind: Any, given: Any, c: Any) -> Any:
    """Unpack a named tuple from Python into a place that lasts as long as the call."""
    found = unbox_tuple(kind, given, c)
    place = cgutils.alloca_once(c.builder, found.value.type)
    address = c.builder.bitcast(place, cgutils.voidptr_t)
    value = c.builder.insert_value(found.value, address, len(kind.types))
    c.builder.store(value, place)
    return NativeValue(value, cleanup=found.cleanup, is_error=found.is_error)


def by_address(tuples: type[Any]) -> type[Any]:
    """Let compiled functions hand named tuples of this class on by one address; they cannot make or return one."""

    @typeof_impl.register(tuples)  # type: ignore[untyped-decorator]
    def typed(value: Any, context: Any) -> Any:
        return _Placed([typeof_impl(field, context) for field in value], tuples)

    return tuples


def _address(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    """Return where number `values[1]` of the column `values[0]` stands."""
    kind, at = signature.args[:2]
    column = context.make_array(kind)(context, builder, values[0])
    place = context.cast(builder, values[1], at, types.intp)
    return cgutils.get_item_pointer(context, builder, kind, column, [place])


@intrinsic  # type: ignore[untyped-decorator]
def add_one(typing: Any, numbers: Any, place: Any) -> Any:
    """Add 1 to a whole number of a column in one step of the processor."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        one = context.get_constant(signature.args[0].dtype, 1)
        builder.atomic_rmw("add", _address(context, builder, signature, values), one, "monotonic")
        return context.get_dummy_value()

    return types.void(numbers, place), code


@intrinsic  # type: ignore[untyped-decorator]
def replace_if(typing: Any, numbers: Any, place: Any, old: Any, new: Any) -> Any:
    """Put `new` where `old` stands in a column in one step of the processor; return whether `old` stood there."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        address, kind = _address(context, builder, signature, values), signature.args[0].dtype
        was, will = (context.cast(builder, values[k], signature.args[k], kind) for k in (2, 3))
        return builder.extract_value(builder.cmpxchg(address, was, will, "monotonic", "monotonic"), 1)

    return types.boolean(numbers, place, old, new), code
