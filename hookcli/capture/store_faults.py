"""What SQLite complains about, in the user's words: what, where, and what to do."""

from __future__ import annotations

from hookcli.errors import StoreBusy, StoreUnusable

_REASONS = {
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_READONLY": "it may not be written; check the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "it cannot be opened; check the permissions of the file and its folder",
    "SQLITE_PERM": "it may not be opened; check the permissions of the file and its folder",
    "SQLITE_BUSY": "another process is writing to it; wait for it, or name another with --store",
    "SQLITE_LOCKED": "another process is writing to it; wait for it, or name another with --store",
    "SQLITE_NOTADB": "it is not a store of captures; name another with --store",
    "SQLITE_CORRUPT": "it is damaged; move it away, and save what can be saved with `sqlite3 FILE .recover`",
    "SQLITE_IOERR": "the disk fails to read or write",
}
"""What SQLite's result codes mean to a user; of an extended one, as SQLITE_IOERR_WRITE, the start counts."""

_WORDS = {
    "disk is full": "SQLITE_FULL",
    "readonly": "SQLITE_READONLY",
    "unable to open": "SQLITE_CANTOPEN",
    "locked": "SQLITE_BUSY",
    "not a database": "SQLITE_NOTADB",
    "malformed": "SQLITE_CORRUPT",
    "disk I/O": "SQLITE_IOERR",
}
"""Words of SQLite's messages -> its codes: Python 3.10 does not tell the code."""


def fault_of(path: str, error: Exception) -> StoreUnusable:
    """An error of SQLite as ours."""
    name: str = getattr(error, "sqlite_errorname", "") or next(
        (code for words, code in _WORDS.items() if words in str(error)), ""
    )
    reason = next((text for code, text in _REASONS.items() if name.startswith(code)), f"SQLite says: {error}")
    kind = StoreBusy if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) else StoreUnusable
    return kind(f"{path}: the store cannot be used: {reason}.")
