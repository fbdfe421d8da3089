"""run.py BACKEND CASES: prints φ and φ′ of every case at every point."""

import importlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
backend = importlib.import_module(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    cases = json.load(file)
results = []
for code in cases["code"]:
    scope = {}
    exec(compile(code, "emitted", "exec"), scope)
    f = scope["Phi"]() if "Phi" in scope else scope["phi"]
    points = [float(x) for x in cases["points"]]
    samples = backend.evaluate_all(f, points) if hasattr(backend, "evaluate_all") else [backend.evaluate(f, x) for x in points]
    results.append([[v.hex() for v in sample] for sample in samples])
json.dump(results, sys.stdout)
