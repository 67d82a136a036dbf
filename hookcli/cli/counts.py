"""How many boundary and invalid payloads a schema has: counted one by one, and none kept."""

from __future__ import annotations

import gc
from collections import Counter
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.generation.generator import generate
from hookcli.schema.document import Schema


@dataclass(slots=True)
class Counts:
    """What was counted of one schema so far."""

    modes: dict[str, int] = field(default_factory=dict)
    """Payloads by mode."""
    cuts: dict[str, str] = field(default_factory=dict)
    """By mode, why there may be more."""
    keywords: Counter[str] = field(default_factory=Counter)
    """Invalid payloads by the keyword that they break."""

    def count(self, schema: Schema, modes: tuple[str, ...], seed: int, locale: str) -> None:
        """Count all payloads of a schema.

        Raises:
            Unsatisfiable: no payload can satisfy the schema.
        """
        for mode in modes:
            self.modes[mode] = 0
            samples = generate(schema, mode=mode, seed=seed, locale=locale)
            for sample in samples:
                self.modes[mode] += 1
                if sample.keyword is not None:
                    self.keywords[sample.keyword] += 1
            if samples.cut:
                self.cuts[mode] = samples.cut
            del samples
            gc.collect()  # plans hold one another, and the next mode takes as much memory again

    def __str__(self) -> str:
        return "  ".join(f"{mode} {number}{'+' * (mode in self.cuts)}" for mode, number in self.modes.items())

    @property
    def by_keyword(self) -> str:
        """`type 12, required 9, enum 3`: the most frequent first."""
        ordered = sorted(self.keywords.items(), key=lambda each: (-each[1], each[0]))
        return ", ".join(f"{keyword} {number}" for keyword, number in ordered)
