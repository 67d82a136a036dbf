"""A store is read off the event loop, a bounded piece at a time."""

from __future__ import annotations

import asyncio
import itertools
import threading
from pathlib import Path

import pytest
from arrivals import arrival
from pages import numbered

from hookcli.capture.filters import Filter
from hookcli.capture.store import Store
from hookcli.errors import CaptureUnknown, StoreUnusable
from hookcli.page import shelf as shelves
from hookcli.page.shelf import Shelf, search


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "captures.db"
    with Store(file, writable=True) as store:
        store.add([*numbered(arrival(1), 6), arrival(20, event="rare")])
    return file


def ids(path: Path, wanted: Filter, limit: int = 3, **options) -> tuple[list[int], int | None]:
    with Store(path) as store:
        found, before = search(store, wanted, limit, **options)
    return [each.id for each in found], before


def test_reads_are_done_in_threads_over_connections_that_are_kept(path: Path) -> None:
    async def read() -> list[tuple[int, str]]:
        shelf = Shelf(str(path))
        reads = [shelf.read(lambda store: (store.count(), threading.current_thread().name)) for _ in range(9)]
        found = await asyncio.gather(*reads)
        shelf.close()
        return found

    found = asyncio.run(read())
    assert {count for count, _ in found} == {7}
    assert threading.main_thread().name not in {name for _, name in found}


def test_what_is_wrong_with_a_read_is_told_and_the_next_one_works(path: Path) -> None:
    async def read() -> int:
        shelf = Shelf(str(path))
        with pytest.raises(CaptureUnknown):
            await shelf.read(lambda store: store.get(99))
        with pytest.raises(StoreUnusable):
            await shelf.read(lambda store: store._rows("SELECT nothing FROM nowhere", ()))
        count = await shelf.read(Store.count)
        shelf.close()
        return count

    assert asyncio.run(read()) == 7


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable):
        asyncio.run(Shelf(str(tmp_path / "none.db")).read(Store.count))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ([20, 6, 5], 5)),
        (Filter(before=5), ([4, 3, 2], 2)),
        (Filter(before=2), ([1], None)),
        (Filter(before=1), ([], None)),
        (Filter(before=10**18), ([20, 6, 5], 5)),
        (Filter(after=5), ([20, 6], None)),
        (Filter(after=20), ([], None)),
        (Filter(events=("rare",)), ([20], None)),
        (Filter(events=("message",), before=3), ([2, 1], None)),
    ],
)
@pytest.mark.parametrize("stride", [1, 2, 5_000])
def test_a_search_gives_some_and_says_where_to_go_on(
    path: Path, wanted: Filter, found: tuple[list[int], int | None], stride: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_STRIDE", stride)
    assert ids(path, wanted) == found


def test_a_search_ends_in_time_and_goes_on_where_it_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "_STRIDE", 8)
    hours = itertools.count(step=3600)
    assert ids(path, Filter(text="nowhere"), now=lambda: next(hours)) == ([], 13)
    assert ids(path, Filter(text="nowhere", before=13), now=lambda: next(hours)) == ([], 5)
    assert ids(path, Filter(text="nowhere", before=5), now=lambda: next(hours)) == ([], 1)
    assert ids(path, Filter(text="nowhere", before=1), now=lambda: next(hours)) == ([], None)
