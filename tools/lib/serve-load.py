"""Asks a server of OpenAI's API from many clients at once, and says requests/s and the time to the first token.

usage: serve-load.py LABEL URL MODEL [CLIENTS…]

Each client asks one request after another, streamed, of a prompt of its own and 64 tokens; standard library alone.
"""
import http.client
import json
import statistics
import sys
import threading
import time
import urllib.parse

label, url, model, *counts = sys.argv[1:]
place = urllib.parse.urlparse(url)
words = "Tell me about the sea and the mountains in a few sentences, please, and begin with number".split()


def ask(index):
    """Seconds to the first token, seconds in all, tokens."""
    body = {"model": model, "stream": True, "max_tokens": 64, "temperature": 0.7, "seed": index,
            "messages": [{"role": "user", "content": " ".join(words) + f" {index}."}]}
    start = time.monotonic()
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=600)
    connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        answer.read()
        return None
    first = None
    tokens = 0
    for line in answer:
        if not line.startswith(b"data: {"):
            continue
        choices = json.loads(line[6:])["choices"]
        if choices and choices[0]["delta"].get("content"):
            first = first or time.monotonic() - start
            tokens += 1
    return first or 0, time.monotonic() - start, tokens


def load(clients, requests):
    numbers = iter(range(requests))
    lock = threading.Lock()
    done, refused = [], 0

    def work():
        nonlocal refused
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            found = ask(number)
            with lock:
                if found:
                    done.append(found)
                else:
                    refused += 1

    threads = [threading.Thread(target=work) for _ in range(clients)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.monotonic() - start
    firsts = sorted(one[0] for one in done)
    print(f"{label:<28} {clients:>3} clients {len(done) / wall:7.2f} requests/s {sum(one[2] for one in done) / wall:7.0f} pieces/s"
          f"   first token {statistics.median(firsts) * 1000:7.0f} ms median {firsts[int(len(firsts) * 0.95)] * 1000:7.0f} ms p95"
          + (f"   {refused} refused" if refused else ""), flush=True)


ask(10_000)
for count in [int(count) for count in counts] or [1, 8, 64]:
    load(count, max(4, min(64, count * 4)))
