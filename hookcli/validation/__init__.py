"""(Capture, Schema) -> Judgement, the most useful violation first."""

from hookcli.validation.judge import validate

__all__ = ["validate"]
