"""A keeper keeps all or says why not, and waits for others no longer than it may."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from arrivals import arrival

from hookcli.capture.rows import row_of
from hookcli.capture.store import Store
from hookcli.errors import StoreBusy, StoreUnusable
from hookcli.listening.keeper import Keeper


def run(path: Path, work: Callable[[Keeper], Awaitable[None]], **options: float) -> Store:
    """Work with a keeper, and give the store to look at."""

    async def do() -> None:
        keeper = Keeper(Store(path, writable=True, busy=0), **options)  # type: ignore[arg-type]
        await work(keeper)
        keeper.close()

    asyncio.run(do())
    return Store(path)


def test_what_comes_in_one_turn_is_one_transaction(tmp_path: Path) -> None:
    appended: list[int] = []

    async def work(keeper: Keeper) -> None:
        append = keeper._store.append
        keeper._store.append = lambda rows: (appended.append(len(rows)), append(rows))[1]  # type: ignore[method-assign]
        await asyncio.gather(*(keeper.keep(row_of(arrival(number))) for number in range(1, 701)))

    with run(tmp_path / "s.db", work) as store:
        assert store.count() == 700
    assert appended == [512, 188]


def test_a_fault_is_told_to_all_who_wait_and_the_next_are_kept(tmp_path: Path) -> None:
    async def work(keeper: Keeper) -> None:
        await keeper.keep(row_of(arrival(1)))
        both = await asyncio.gather(
            keeper.keep(row_of(arrival(2))), keeper.keep(row_of(arrival(1))), return_exceptions=True
        )
        assert [type(each) for each in both] == [StoreUnusable] * 2
        await keeper.keep(row_of(arrival(3)))

    with run(tmp_path / "s.db", work) as store:
        assert [each.id for each in store.find()] == [3, 1]


@pytest.mark.parametrize(("held", "is_kept"), [(0.1, True), (0.6, False)])
def test_another_writer_is_waited_for_a_while(tmp_path: Path, held: float, is_kept: bool) -> None:
    async def work(keeper: Keeper) -> None:
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(held, other.execute, "ROLLBACK")
        kept = await asyncio.gather(keeper.keep(row_of(arrival(1))), return_exceptions=True)
        assert isinstance(kept[0], StoreBusy) is not is_kept
        await asyncio.sleep(max(0, held - 0.3))
        await keeper.keep(row_of(arrival(2)))
        other.close()

    with run(tmp_path / "s.db", work, patience=0.3) as store:
        assert store.count() == 1 + is_kept


def test_answers_are_noted_even_when_nothing_else_comes(tmp_path: Path) -> None:
    async def work(keeper: Keeper) -> None:
        await keeper.keep(row_of(arrival(1, status=None)))
        keeper.note(1, 202, 0.5)
        await asyncio.sleep(0.05)
        with Store(tmp_path / "s.db") as store:
            assert store.get(1).status == 202

    run(tmp_path / "s.db", work).close()


def test_answers_wait_while_the_store_is_busy(tmp_path: Path) -> None:
    async def work(keeper: Keeper) -> None:
        await keeper.keep(row_of(arrival(1, status=None)))
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        keeper.note(1, 202, 0.5)
        await asyncio.sleep(0.05)
        other.execute("ROLLBACK")
        other.close()

    with run(tmp_path / "s.db", work) as store:
        assert store.get(1).status == 202


def test_room_is_made_while_others_have_their_turn(tmp_path: Path) -> None:
    async def work(keeper: Keeper) -> None:
        for number in range(1, 3001, 100):
            rows = [row_of(arrival(each, body=b"x" * 1000)) for each in range(number, number + 100)]
            await asyncio.gather(*map(keeper.keep, rows))
        await asyncio.sleep(0.3)

    with run(tmp_path / "s.db", work, most=1_000_000) as store:
        assert store._used() <= 1_100_000
        assert [each.id for each in store.find(limit=1)] == [3000]


def test_who_is_gone_is_not_told(tmp_path: Path) -> None:
    async def work(keeper: Keeper) -> None:
        keeper.keep(row_of(arrival(1))).cancel()
        await keeper.keep(row_of(arrival(2)))

    with run(tmp_path / "s.db", work) as store:
        assert store.count() == 2
