"""Runs every example of docs/api.md against ds serve, and asks OpenAI's client for what the examples do not.

usage: api-examples.py DS FOLDER PACKAGE
"""
import json
import os
import re
import subprocess
import sys

import openai

program, folder, package = sys.argv[1:]
place = os.path.join(folder, "api")
environment = dict(os.environ, DS_REGISTRY=os.path.join(package, "registry"))
failures = 0


def ds(*arguments):
    subprocess.run([program, *arguments], cwd=place, env=environment, check=True, stdout=subprocess.DEVNULL)


def check(name, isRight, detail=""):
    global failures
    if isRight:
        print("ok", name)
    else:
        failures += 1
        print("FAILED", name, detail)


def examples(port):
    """Each fenced block as the page has it, but for the port and the interpreter."""
    text = open(os.path.join(package, "docs/api.md")).read()
    for index, (language, code) in enumerate(re.findall(r"```(sh|python)\n(.*?)```", text, re.S)):
        code = code.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        command = [sys.executable, "-c", code] if language == "python" else ["bash", "-e", "-o", "pipefail", "-c", code]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300)
        wrong = run.returncode != 0 or not run.stdout.strip() or '"error"' in run.stdout
        check(f"example {index + 1} ({language})", not wrong, run.stdout + run.stderr)


def client(port):
    api = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0)
    ask = [{"role": "user", "content": "Who are you?"}]
    chat = api.chat.completions.create
    check("models", {"smollm2", "fofabot"} <= {model.id for model in api.models.list()})
    base = chat(model="smollm2", messages=ask, temperature=0).choices[0].message.content
    taught = chat(model="fofabot", messages=ask, temperature=0).choices[0].message.content
    check("the adapter answers otherwise", base != taught and "FOFABot" in taught, taught)
    pieces = chat(model="smollm2", messages=ask, temperature=0, stream=True)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    check("a stream says the same", text == base, text)
    stopped = chat(model="smollm2", messages=ask, temperature=0, stop=[base[5:9]]).choices[0]
    check("stop", stopped.message.content == base[:base.index(base[5:9])] and stopped.finish_reason == "stop")
    odds = chat(model="smollm2", messages=ask, temperature=0, logprobs=True, top_logprobs=2, max_tokens=5)
    content = odds.choices[0].logprobs.content
    check("logprobs", len(content) == 5 and all(len(one.top_logprobs) == 2 for one in content))
    several = chat(model="smollm2", messages=ask, n=3, seed=1, max_tokens=20).choices
    check("n", [one.index for one in several] == [0, 1, 2])
    form = chat(model="smollm2", messages=ask, seed=1, response_format={"type": "json_object"}, max_tokens=700)
    if form.choices[0].finish_reason == "stop":
        check("json_object", isinstance(json.loads(form.choices[0].message.content), dict))
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    forced = chat(model="smollm2", messages=ask, tools=tools, max_tokens=60,
                  tool_choice={"type": "function", "function": {"name": "get_weather"}})
    message = forced.choices[0].message
    check("tool_choice", "get_weather" in (message.content or "") or message.tool_calls[0].function.name == "get_weather")
    floats = api.embeddings.create(model="smollm2", input="a", encoding_format="float").data[0].embedding
    packed = api.embeddings.create(model="smollm2", input="a").data[0].embedding
    check("embeddings in both forms", all(abs(a - b) < 1e-6 for a, b in zip(floats, packed)) and len(floats) > 8)
    for name, error, call in [
        ("an unknown model", openai.NotFoundError, lambda: chat(model="gpt", messages=ask)),
        ("a wrong member", openai.BadRequestError, lambda: chat(model="smollm2", messages=ask, temperature=9)),
        ("too long", openai.BadRequestError,
         lambda: chat(model="smollm2", messages=[{"role": "user", "content": "x" * 20000}])),
    ]:
        try:
            call()
            check(name, False, "was answered")
        except error as found:
            check(name, found.body["message"] != "")


os.makedirs(place)
ds("init")
ds("model", "add", os.path.join(package, "fixtures/tiny-chat.gguf"), "--name", "smollm2")
ds("add", "identity")
ds("fork", "identity", "--set", "NAME=FOFABot", "--set", "AUTHOR=HuaShunXinAn")
ds("train", "--model", "smollm2", "--dataset", "identity_fofabot", "--out", "runs/fofabot", "--learning-rate", "2e-3",
   "--num-train-epochs", "10")
server = subprocess.Popen([program, "serve", "--model", "smollm2", "--adapter", "runs/fofabot", "--port", "0"], cwd=place,
                          env=environment, stderr=subprocess.PIPE, text=True)
try:
    for line in server.stderr:
        found = re.search(r"http://127.0.0.1:(\d+)", line)
        if found:
            break
    print("openai", openai.__version__)
    examples(int(found[1]))
    client(int(found[1]))
finally:
    server.terminate()
print("all well" if failures == 0 else f"{failures} failed")
sys.exit(failures > 0)
