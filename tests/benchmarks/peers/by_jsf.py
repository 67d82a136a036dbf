"""jsf: SCHEMA COUNT."""

import json
import sys
from pathlib import Path

from clock import run
from jsf import JSF

run(JSF(json.loads(Path(sys.argv[1]).read_text())).generate)
