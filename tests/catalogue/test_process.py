"""Time of a procedure spread over the steps of its process."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.process import Process, ProcessStep, planned_hours
from services.catalogue.catalogue import bundled_catalogue


def template() -> Process:
    return bundled_catalogue().process_for("*")


def test_a_long_limit_gives_the_rest_to_the_officer():
    planned = planned_hours(template(), Decimal(80))
    assert [int(hours) for hours in planned] == [2, 0, 2, 71, 2, 2, 1, 0, 0]


def test_a_short_limit_leaves_the_officer_three_eighths():
    planned = planned_hours(template(), Decimal(8))
    assert round(planned[3], 6) == 3
    assert round(sum(planned), 6) == 8


@given(st.decimals(min_value="0.5", max_value=2000, places=1))
def test_no_time_is_lost_and_none_is_negative(total):
    planned = planned_hours(template(), total)
    assert round(sum(planned), 6) == round(total, 6)
    assert min(planned) >= 0


def test_published_hours_stand_as_they_are():
    process = Process("x", "x", (ProcessStep(1, "a", hours=Decimal(4)),))
    assert planned_hours(process, Decimal(100)) == (Decimal(4),)
