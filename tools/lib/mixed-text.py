"""Writes JSON Lines of texts, 20 MB in all: English, Chinese, conversations, code, emoji.

usage: mixed-text.py OUTPUT CHECKOUT

Takes the data sets beside the checkout where they are, and this project's own files where they are not.
"""

import itertools
import json
import pathlib
import sys

output, checkout = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
data = checkout.parent / "shared" / "data"
sources = [path for folder in ["llamafactory", "gsm8k"] for path in sorted(data.glob(f"{folder}/**/*.json*"))]
own = [path for pattern in ["Sources/**/*.swift", "Sources/**/*.c", "docs/**/*.md"] for path in checkout.glob(pattern)]


def pieces(path):
    text = path.read_text(encoding="utf-8", errors="ignore")
    return [text[start : start + 4000] for start in range(0, len(text), 4000)]


emoji = ["👍 ❤️ 👩‍👩‍👧 🎉🎉 naïve café — “quoted” … 你好，世界！ Привет, мир! 12345.678\n" * 20]
groups = [[piece for path in group for piece in pieces(path)] for group in [sources, sorted(own)] if group] + [emoji]
written = 0
with output.open("w", encoding="utf-8") as file:
    # Of each kind in turn, so that the text stays mixed wherever it is cut.
    for texts in zip(*(itertools.cycle(group) for group in groups)):
        for text in texts:
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            written += len(text.encode())
        if written >= 20_000_000:
            break
