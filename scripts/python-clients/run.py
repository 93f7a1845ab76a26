"""Runs every case and prints one line of JSON for each, for python-clients.mjs to read."""

import json
import traceback

import anthropic_cases  # noqa: F401 (puts its cases on the list)
import framework_cases  # noqa: F401
import openai_cases  # noqa: F401
from stage import CASES

for case in CASES:
    error = None
    try:
        case.run()
    except Exception:
        error = traceback.format_exc()
    print(json.dumps({"name": case.name, "error": error, "row": case.row}), flush=True)
