"""Real payloads -> test data that may be committed: pseudonyms for all that is personal, and as valid as before."""

from hookcli.anonymising.anonymiser import Anonymised, Anonymiser, Withheld

__all__ = ["Anonymised", "Anonymiser", "Withheld"]
