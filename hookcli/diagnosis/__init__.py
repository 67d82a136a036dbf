"""Why a signature is not genuine: what people get wrong is tried, until it is what was signed."""

from hookcli.diagnosis.doctor import diagnose
from hookcli.diagnosis.faults import Cause, Diagnosis, Fault

__all__ = ["Cause", "Diagnosis", "Fault", "diagnose"]
