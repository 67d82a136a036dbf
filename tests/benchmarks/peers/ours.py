"""Prints how many payloads of a bundled event hookcli makes a second: EVENT COUNT."""

import sys
import time

from hookcli.generation.generator import Source
from hookcli.jsontext import line
from hookcli.schema import catalog

event, count = sys.argv[1], int(sys.argv[2])
source = Source(catalog.load_event(event), "typical", 1)
source.next()
with open("/dev/null", "wb") as out:  # noqa: PTH123 (as the others)
    began = time.perf_counter()
    out.writelines(line(source.next()) for _ in range(count))
    print(count / (time.perf_counter() - began))
