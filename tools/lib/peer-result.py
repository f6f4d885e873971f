"""Shows what a case of ../shared/peers/datasets/bench.py measured: its last line that begins with @@."""
import json
import sys

lines = [line for line in sys.stdin if line.startswith("@@")]
result = json.loads(lines[-1][2:]) if lines else {}
if "s" not in result:
    print(f"{sys.argv[1]:36s} not here")
else:
    rate = result.get("rows", 0) / result["s"]
    print(f"{sys.argv[1]:36s} {result['s'] * 1e3:10.1f} ms {rate:10.0f} rows/s {result['peak_rss_mb']:6.0f} MB")
