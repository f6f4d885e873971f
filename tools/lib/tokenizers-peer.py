"""Measures Hugging Face's tokenizers on the texts of a JSON Lines file, as benchmarks does ours.

usage: tokenizers-peer.py TOKENIZER_JSON TEXTS
"""

import json
import sys
import time

try:
    import tokenizers
except ImportError:
    sys.exit("Hugging Face's tokenizers: not measured, Python has no package tokenizers (pip install tokenizers)")

name = f"tokenizers {tokenizers.__version__}"


def fastest(body, repetitions=3):
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        result = body()
        times.append(time.perf_counter() - start)
    return min(times), result


seconds, tokenizer = fastest(lambda: tokenizers.Tokenizer.from_file(sys.argv[1]))
print(f"{name + ', loading':28} {seconds * 1e3:8.1f} ms")
with open(sys.argv[2], encoding="utf-8") as file:
    texts = [json.loads(line)["text"] for line in file]
megabytes = sum(len(text.encode()) for text in texts) / 1e6
seconds, encodings = fastest(lambda: tokenizer.encode_batch_fast(texts, add_special_tokens=False), repetitions=2)
print(f"{name + ', 1 thread':28} {megabytes / seconds:8.1f} MB/s {sum(len(e.ids) for e in encodings):10} tokens")
