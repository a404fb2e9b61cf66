"""Sixteen numbers at once in compiled functions: LLVM's own vectors, on every processor the same bits.

LLVM unrolls a loop of sixteen before it looks for something to vectorise, so that ties in a loop cost five times as much.
Whoever compares gets a mask, an int32 with a bit a lane. `total` and its like have plain twins in the tests.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

LANES = 16
_REAL, _WHOLE, _BITS = ir.VectorType(ir.FloatType(), LANES), ir.VectorType(ir.IntType(32), LANES), ir.IntType(LANES)
_FLAGS = ir.VectorType(ir.IntType(1), LANES)


class _Lanes(types.Type):  # type: ignore[misc]
    """Sixteen numbers in registers; code is None until numba asks for a type's own number."""

    def __init__(self, name: str, vector: Any) -> None:
        self.vector = vector
        super().__init__(name)


class _Reals(_Lanes):
    pass


class _Wholes(_Lanes):
    pass


@register_model(_Reals)
@register_model(_Wholes)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, kind.vector)


reals, wholes = _Reals("sixteen float32", _REAL), _Wholes("sixteen int32", _WHOLE)


def _kind_of(number: Any) -> Any:
    return reals if number == types.float32 else wholes


def _operation(result: Any, generate: Callable[[Any, list[Any]], Any], number: int) -> Any:
    """Return an intrinsic of one, two or three operands whose code `generate(builder, values)` writes."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return generate(builder, values)

    def one(typing: Any, a: Any) -> Any:
        return result(a), code

    def two(typing: Any, a: Any, b: Any) -> Any:
        return result(a, b), code

    def three(typing: Any, a: Any, b: Any, c: Any) -> Any:
        return (result or b)(a, b, c), code

    return intrinsic((one, two, three)[number - 1])


def _address(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    """Return where lanes of row `values[1]` of an array stand."""
    array = signature.args[0]
    row = context.cast(builder, values[1], signature.args[1], types.int64)
    first = builder.mul(row, ir.Constant(ir.IntType(64), LANES))
    place = builder.gep(context.make_array(array)(context, builder, values[0]).data, [first])
    return builder.bitcast(place, _kind_of(array.dtype).vector.as_pointer())


@intrinsic
def load(typing: Any, array: Any, row: Any) -> Any:
    """Return a row of sixteen of a flat array."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.load(_address(context, builder, signature, values), align=4)

    return _kind_of(array.dtype)(array, row), code


@intrinsic
def store(typing: Any, array: Any, row: Any, lanes: Any) -> Any:
    """Write a row of sixteen of a flat array."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store(values[2], _address(context, builder, signature, values), align=4)
        return context.get_dummy_value()

    return types.void(array, row, lanes), code


@intrinsic
def spread(typing: Any, number: Any) -> Any:
    """Return a number sixteen times."""
    kind = _kind_of(number)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        empty = ir.Constant(kind.vector, ir.Undefined)
        single = builder.insert_element(empty, values[0], ir.Constant(ir.IntType(32), 0))
        return builder.shuffle_vector(single, empty, ir.Constant(_WHOLE, [0] * LANES))

    return kind(number), code


def _mask(builder: Any, flags: Any) -> Any:
    return builder.zext(builder.bitcast(flags, _BITS), ir.IntType(32))


def _chosen(builder: Any, values: list[Any]) -> Any:
    return builder.select(builder.bitcast(builder.trunc(values[0], _BITS), _FLAGS), values[1], values[2])


def _least(builder: Any, values: list[Any]) -> Any:
    kind = ir.FunctionType(ir.FloatType(), [_REAL])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.vector.reduce.fmin.v16f32")
    return builder.call(function, values, fastmath=["nnan", "nsz"])


def _total(builder: Any, values: list[Any]) -> Any:
    sums, empty = values[0], ir.Constant(_REAL, ir.Undefined)
    for half in (8, 4, 2, 1):
        turned = ir.Constant(_WHOLE, [(lane + half) % LANES for lane in range(LANES)])
        sums = builder.fadd(sums, builder.shuffle_vector(sums, empty, turned))
    return builder.extract_element(sums, ir.Constant(ir.IntType(32), 0))


add = _operation(reals, lambda b, v: b.fadd(*v), 2)
less = _operation(reals, lambda b, v: b.fsub(*v), 2)
times = _operation(reals, lambda b, v: b.fmul(*v), 2)
above = _operation(types.int32, lambda b, v: _mask(b, b.fcmp_ordered(">", *v)), 2)
at_least = _operation(types.int32, lambda b, v: _mask(b, b.fcmp_ordered(">=", *v)), 2)
same_real = _operation(types.int32, lambda b, v: _mask(b, b.fcmp_ordered("==", *v)), 2)
same_whole = _operation(types.int32, lambda b, v: _mask(b, b.icmp_signed("==", *v)), 2)
choose = _operation(None, _chosen, 3)  # (mask, where set, elsewhere)
least = _operation(types.float32, _least, 1)
total = _operation(types.float32, _total, 1)  # by halves: 8 and 8, 4 and 4, ...
number_set = _operation(types.int32, lambda b, v: b.ctpop(v[0]), 1)
