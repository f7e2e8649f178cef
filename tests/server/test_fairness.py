"""Budgets and the gate: who sends too much waits, and delays nobody else."""

import asyncio

import pytest

from server.budgets import DEVICE, Bucket, charge, cost_of
from server.gate import MOST_OF_ONE, Full, Gate, places_of
from tests.support.city import OFFICE, OTHER


def spend(city, now, *, who="pc", office=OFFICE, cost=1.0, bucket=DEVICE):
    with city.database.write(office) as tx:
        return charge(tx, office, who, bucket=bucket, cost=cost, now_ms=now)


def test_a_bucket_empties_refills_and_tells_when(city):
    small = Bucket(2, 3)
    assert [spend(city, 1000, bucket=small) for _ in range(4)] == [0, 0, 0, 500]
    assert spend(city, 1499, bucket=small) in (1, 2)
    assert spend(city, 1500, bucket=small) == 0
    assert spend(city, 900, bucket=small) >= 500
    assert [spend(city, 99_000, bucket=small) for _ in range(4)] == [0, 0, 0, 500]
    assert spend(city, 99_000, who="other", bucket=small) == 0
    assert spend(city, 99_000, office=OTHER, bucket=small) == 0
    assert spend(city, 200_000, cost=50, bucket=small) == 0


def test_large_bodies_cost_more():
    assert (cost_of(0), cost_of((64 << 10) - 1), cost_of(1 << 20)) == (1, 1, 17)


def test_places_are_shared_among_workers():
    assert [places_of(4, n) for n in (1, 2, 4, 8)] == [8, 4, 2, 2]


def test_offices_take_turns_at_the_gate():
    async def scene():
        gate, order = Gate(1), []

        async def work(office):
            async with gate.turn(office):
                order.append(office)
                await asyncio.sleep(0)

        async with gate.turn("x"):
            tasks = [asyncio.create_task(work("a")) for _ in range(5)]
            await asyncio.sleep(0)
            tasks += [asyncio.create_task(work(office)) for office in "bc"]
            await asyncio.sleep(0)
            assert gate.waiting == 7
        await asyncio.gather(*tasks)
        return order, gate.free

    order, free = asyncio.run(scene())
    assert order == list("abcaaaa") and free == 1


def test_the_gate_refuses_what_would_wait_too_long_and_forgets_who_left():
    async def scene():
        gate = Gate(1)
        async with gate.turn("x"):
            tasks = [asyncio.create_task(gate._enter("a")) for _ in range(MOST_OF_ONE)]
            await asyncio.sleep(0)
            assert gate.is_full("a") and not gate.is_full("b")
            with pytest.raises(Full):
                async with gate.turn("a"):
                    pass
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert gate.free == 1 and gate.waiting == 0
        async with gate.turn("b"):
            assert gate.free == 0

    asyncio.run(scene())
