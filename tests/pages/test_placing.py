"""Names in a crowded picture: none covers another or a dot, no line misleads, coloured ones come first."""

import math

import pytest

from copsim.pages import placing
from copsim.pages.placing import DOT, NEAR, Name, Placing, nearest, nearest_of

FRAME = (0.0, 0.0, 600.0, 400.0)


def name(number: int, dot: tuple[float, float], bold: bool = False, width: float = 90.0) -> Name:
    return Name(f"name {number}", bold, dot, width)


def apart(one: placing.Box, other: placing.Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_lonely_dot_has_its_name_to_the_right() -> None:
    [(_, box)] = nearest_of(Placing(FRAME, [(100, 100)], []), [name(0, (100, 100))])
    assert box == (111, 92, 201, 108)
    assert math.dist((100, 100), nearest((100, 100), box)) <= NEAR + 1


@pytest.mark.parametrize("gap", [2.0, 8.0, 20.0, 60.0])
def test_names_of_a_crowd_cover_no_dot_and_no_other_name(gap: float) -> None:
    dots = [(300 + gap * (n % 4), 200 + gap * (n // 4)) for n in range(12)]
    placed = nearest_of(Placing(FRAME, dots, []), [name(n, dot, n < 3) for n, dot in enumerate(dots)])
    boxes = [box for _, box in placed]
    marks = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in dots]
    assert len(boxes) >= 4
    assert all(apart(one, other) for n, one in enumerate(boxes) for other in boxes[:n])
    assert all(apart(box, mark) for box in boxes for mark in marks)
    assert all(box[0] >= 0 and box[1] >= 0 and box[2] <= 600 and box[3] <= 400 for box in boxes)


def test_where_not_all_have_room_the_coloured_ones_have_it() -> None:
    dots = [(60.0 + n, 20.0) for n in range(6)]
    names = [name(n, dot, bold=n == 5, width=80.0) for n, dot in enumerate(dots)]
    placed = nearest_of(Placing((0, 0, 170, 40), dots, []), names)
    assert len(placed) < 6 and any(one.bold for one, _ in placed)


def test_a_name_without_a_line_stands_beside_no_other_dot() -> None:
    dots = [(200.0, 200.0), (200 + NEAR + 90 + 14, 200.0)]
    [(_, box), _] = nearest_of(Placing(FRAME, dots, []), [name(n, dot) for n, dot in enumerate(dots)])
    away = math.dist((200, 200), nearest((200, 200), box)) > NEAR + 1
    assert away or apart((box[0] - 10, box[1] - 5, box[2] + 10, box[3] + 5), placing.around(dots[1], DOT))


def test_a_line_passes_no_dot_between() -> None:
    ground = Placing(FRAME, [(200, 200), (220, 200)], [(0, 0, 236, 190), (0, 0, 190, 400), (0, 212, 600, 400)])
    box = ground.place((200, 200), 90)
    assert box is None or not (box[0] > 227 and box[1] < 200 < box[3])
