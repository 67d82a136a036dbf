"""The checks, by what they are about; importing this puts all into the table, in the order of reports."""

from hookcli.conformance.checks import (  # noqa: F401, I001 (their order is that of reports)
    events,
    answers,
    changes,
    signatures,
    duplicates,
    loads,
    texts,
    robustness,
    connections,
)
