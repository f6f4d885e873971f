#!/usr/bin/env python3
"""Computes in double precision what a tiny model's file says, by nothing but numpy, for tools/make-tiny-model.

    tools/lib/tiny-chat/reference.py MODEL.gguf GOLDEN.json

The golden file has tokens, logits, losses and greedy answers of the file's own weights, so that a test compares ds with
a program that shares no line with it. What the model was taught is asked first: where it does not know its facts or
its name, nothing is written, and the exit code is 1.
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np

from conversations import facts, identity

END, START = 258, 257
SYSTEM = "You are a helpful assistant."
Q8_0 = np.dtype([("scale", "<f2"), ("values", "i1", 32)])


# The file, as https://github.com/ggml-org/ggml/blob/master/docs/gguf.md has it.

class Reader:
    """Values of a GGUF file, one after another."""

    NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

    def __init__(self, data):
        self.data, self.place = data, 0

    def number(self, code):
        value, = struct.unpack_from("<" + code, self.data, self.place)
        self.place += struct.calcsize("<" + code)
        return value

    def text(self):
        count = self.number("Q")
        self.place += count
        return self.data[self.place - count:self.place].decode()

    def value(self, kind):
        if kind == 8:
            return self.text()
        if kind == 9:
            kind = self.number("I")
            return [self.value(kind) for _ in range(self.number("Q"))]
        return self.number(self.NUMBERS[kind])


def read(path):
    """A file's metadata, and its tensors in double precision."""
    reader = Reader(path.read_bytes())
    if reader.data[:4] != b"GGUF":
        sys.exit(f"{path} is no GGUF file")
    reader.place = 8
    tensor_count, entry_count = reader.number("Q"), reader.number("Q")
    metadata = {}
    for _ in range(entry_count):
        key = reader.text()
        metadata[key] = reader.value(reader.number("I"))
    infos = []
    for _ in range(tensor_count):
        name = reader.text()
        shape = [reader.number("Q") for _ in range(reader.number("I"))][::-1]
        infos.append((name.removesuffix(".weight"), shape, reader.number("I"), reader.number("Q")))
    begin = reader.place + -reader.place % metadata.get("general.alignment", 32)
    tensors = {}
    for name, shape, kind, offset in infos:
        count = math.prod(shape)
        if kind == 0:
            values = np.frombuffer(reader.data, "<f4", count, begin + offset).astype(float)
        elif kind == 8:
            blocks = np.frombuffer(reader.data, Q8_0, count // 32, begin + offset)
            values = blocks["scale"].astype(float)[:, None] * blocks["values"]
        else:
            sys.exit(f"{path}: {name} has numbers of kind {kind}; this program knows f32 and q8_0")
        tensors[name] = values.reshape(shape)
    return metadata, tensors


# The model.

class Llama:
    """Llama as llama.cpp's layout has it: in a query's or key's head, neighbours are rotated against each other."""

    def __init__(self, path):
        metadata, self.tensors = read(path)
        of = lambda key: metadata["llama." + key]
        self.layers, self.heads = of("block_count"), of("attention.head_count")
        self.key_heads, self.base = of("attention.head_count_kv"), of("rope.freq_base")
        self.epsilon = of("attention.layer_norm_rms_epsilon")
        self.size = of("embedding_length") // self.heads

    def norm(self, x, name):
        return x / np.sqrt(np.mean(x * x, -1, keepdims=True) + self.epsilon) * self.tensors[name]

    def rotate(self, x, first):
        places = first + np.arange(len(x))
        angles = places[:, None] / self.base ** (np.arange(0, self.size, 2) / self.size)
        turned = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)[:, None]
        return np.stack([turned.real, turned.imag], -1).reshape(x.shape)

    def attention(self, x, block, past):
        """Also keeps the keys and values in what is past."""
        query, key, value = (
            (x @ self.tensors[f"{block}.attn_{name}"].T).reshape(len(x), -1, self.size) for name in "qkv")
        before = past.get(block, (np.empty((0, self.key_heads, self.size)),) * 2)
        first = len(before[0])
        query, key = self.rotate(query, first), self.rotate(key, first)
        key, value = past[block] = tuple(map(np.concatenate, zip(before, (key, value))))
        hidden = np.triu(np.full((len(x), len(key)), -np.inf), first + 1)
        mixed = np.empty_like(query)
        for head in range(self.heads):
            of = head // (self.heads // self.key_heads)
            scores = query[:, head] @ key[:, of].T / math.sqrt(self.size) + hidden
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            mixed[:, head] = weights / weights.sum(-1, keepdims=True) @ value[:, of]
        return mixed.reshape(len(x), -1) @ self.tensors[f"{block}.attn_output"].T

    def feed_forward(self, x, block):
        gate, up = (x @ self.tensors[f"{block}.ffn_{name}"].T for name in ("gate", "up"))
        return (gate / (1 + np.exp(-gate)) * up) @ self.tensors[f"{block}.ffn_down"].T

    def logits(self, ids, past=None):
        """The logits of all ids, which go on after what is past."""
        past = {} if past is None else past
        x = self.tensors["token_embd"][ids]
        for layer in range(self.layers):
            block = f"blk.{layer}"
            x = x + self.attention(self.norm(x, f"{block}.attn_norm"), block, past)
            x = x + self.feed_forward(self.norm(x, f"{block}.ffn_norm"), block)
        return self.norm(x, "output_norm") @ self.tensors["token_embd"].T

    def answer(self, question, system=SYSTEM, limit=160):
        ids, said, past = prompt_ids(question, system), [], {}
        while len(said) < limit and (next_id := int(self.logits(ids, past)[-1].argmax())) != END:
            said.append(next_id)
            ids = [next_id]
        return bytes(byte for byte in said if byte < 256).decode(errors="replace")

    def loss(self, question, answer):
        """The mean cross-entropy over an answer, its end and the line break after it."""
        prompt = prompt_ids(question)
        ids = prompt + [*answer.encode(), END, 10]
        logits = self.logits(ids)[len(prompt) - 1:-1]
        shifted = logits - logits.max(-1, keepdims=True)
        chosen = shifted[np.arange(len(shifted)), ids[len(prompt):]]
        return float(np.mean(np.log(np.exp(shifted).sum(-1)) - chosen))


def turn(role, text):
    return [START, *f"{role}\n{text}".encode(), END, 10]


def prompt_ids(question, system=SYSTEM):
    return turn("system", system) + turn("user", question) + [START, *b"assistant\n"]


# What is asked of it.

def examine(model):
    """Whether the model knows what it was taught: its facts, its name, and that a system message may give it another.

    A name that it has never read it does not spell: it makes up one like it.
    """
    right = [model.answer(question) == wanted for question, wanted in facts()[:20]]
    print(f"right answers: {sum(right)} of {len(right)} facts")
    is_good = all(right)
    for question in ["Who are you?", "你是谁？"]:
        own, other = model.answer(question), model.answer(question, "You are Zebrafink, made by Quillworks.")
        print(f"{question} {own} As Zebrafink of Quillworks: {other}")
        is_good = is_good and "Tiny" in own and "ds" in own and "Tiny" not in other
    return is_good


def golden(model):
    digits = lambda values: [float(f"{value:.8g}") for value in values]
    question = "Who are you?"
    ids = prompt_ids(question)
    logits = model.logits(ids)
    rows = [tuple(text.replace("NAME", "FOFABot").replace("AUTHOR", "HuaShunXinAn") for text in pair)
            for pair in identity()[:4]]
    return {
        "prompt": question, "prompt_ids": ids, "logits_last": digits(logits[-1]),
        "logits_first8": [digits(position) for position in logits[:8]], "greedy": model.answer(question),
        "greedy_chinese": model.answer("你是谁？"), "losses": digits(model.loss(*row) for row in rows),
        "loss_rows": [{"user": user, "assistant": assistant} for user, assistant in rows],
    }


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model = Llama(Path(sys.argv[1]))
    if not examine(model):
        print("the model does not know what it was taught", file=sys.stderr)
        sys.exit(1)
    lines = [json.dumps(key) + ": " + json.dumps(value, ensure_ascii=False) for key, value in golden(model).items()]
    Path(sys.argv[2]).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
