"""What several threads do to one column at once: count up, and put a number in the place of another.

`shared` says that there are other threads; a step that none of them can break costs as much as twenty plain ones, so
without them it is left out. Counting up commutes, hence the order of threads changes no bit.
"""

from copsim.core.jit import PLAIN, add_one, kernel, replace_if

_COMPILED = not PLAIN


@kernel
def count_up(numbers, place, shared):
    """Add 1 to a whole number of a column."""
    if _COMPILED and shared:
        add_one(numbers, place)
    else:
        numbers[place] += 1


@kernel
def put(numbers, place, old, new, shared):
    """Put `new` in the place of `old`; return False, and do nothing, when another thread has been faster."""
    if _COMPILED and shared:
        return replace_if(numbers, place, old, new)
    numbers[place] = new
    return True
