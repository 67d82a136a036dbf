"""Real payloads -> test data that may be committed: pseudonyms for all that is personal, and as valid as before."""

from hookcli.anonymising.anonymiser import Anonymised, Anonymiser, Withheld
from hookcli.anonymising.captures import TEST_SECRET, AnonymisedCapture, CaptureAnonymiser

__all__ = ["TEST_SECRET", "Anonymised", "AnonymisedCapture", "Anonymiser", "CaptureAnonymiser", "Withheld"]
