"""Shows what a case of ../shared/peers/datasets/bench.py measured: its last line that begins with @@.

    peer-result.py CASE PROBLEM     # the file with what the case said on its standard error
"""
import json
import sys

name, problem = sys.argv[1:]
lines = [line for line in sys.stdin if line.startswith("@@")]
result = json.loads(lines[-1][2:]) if lines else {}
if "s" not in result:
    said = open(problem, errors="replace").read().strip().splitlines()
    print(f"{name:36s} failed: {said[-1] if said else 'it said nothing'}")
else:
    speed = f"{result['s'] * 1e3:10.1f} ms {result['cpu_s'] * 1e3:10.1f} ms CPU"
    if result["rows"] > 1:
        speed += f" {result['rows'] / result['s']:10.0f} rows/s"
    else:
        exact = {True: "the row expected", False: "another row than expected"}.get(result.get("exact"), "")
        speed += f" {exact:>17s}"
    print(f"{name:36s} {speed} {result['peak_rss_mb']:6.0f} MB peak, {result['rss_before_mb']:.0f} before")
