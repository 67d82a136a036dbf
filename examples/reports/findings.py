"""Reads what `hookcli validate --format json` wrote: one line for each violation."""

import json
import sys
from pathlib import Path

report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
if report.get("interrupted"):
    sys.exit(f"not the whole: {report.get('reason', 'somebody stopped it')}")
for result in report["results"]:
    for violation in result["violations"]:
        print(f"{result['source']}:{violation['line']}  {violation['pointer'] or ''}  {violation['message']}")
