"""Names and seats of people: of the uid alone, so that a person is the same in every scenario."""

from copsim.core.draws import ORDER_BITS
from copsim.explore.names import GIVEN, person_name, seat


def test_names_of_a_class_are_all_different():
    founders = list(range(400))
    joiners = [week << ORDER_BITS | order for week in range(1, 521) for order in range(4)]
    names = [person_name(uid) for uid in founders + joiners]
    assert len(set(names)) == len(names)
    assert len(set(GIVEN)) == len(GIVEN)


def test_seats_are_spread_over_the_clock():
    """A thirtieth of the round holds some of 500 people, and not many."""
    uids = [week << ORDER_BITS | order for week in range(250) for order in range(2)]
    thirtieths = [int(seat(uid)[0] * 30) for uid in uids]
    held = [thirtieths.count(part) for part in range(30)]
    assert min(held) >= 8 and max(held) <= 30
    assert all(0 <= share < 1 for uid in uids for share in seat(uid))
