"""run.py BACKEND CASES: prints φ and φ′ of every case at every point."""

import importlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
evaluate = importlib.import_module(sys.argv[1]).evaluate
with open(sys.argv[2], encoding="utf-8") as file:
    cases = json.load(file)
results = []
for code in cases["code"]:
    scope = {}
    exec(compile(code, "emitted", "exec"), scope)
    f = scope["Phi"]() if "Phi" in scope else scope["phi"]
    results.append([[v.hex() for v in evaluate(f, x)] for x in map(float, cases["points"])])
json.dump(results, sys.stdout)
