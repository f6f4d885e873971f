"""Opens with transformers, peft, gguf and llama.cpp what ds merges and converts, and compares greedy text.

usage: interop-models.py DS FOLDER MODEL.gguf ADAPTER

ADAPTER is a PEFT folder for the model. llama.cpp multiplies activations rounded to eight bits, so its text is
compared up to the first word that is nearly a tie; how far that is, is printed.
"""
import json
import os
import subprocess
import sys

import torch
from gguf import GGUFReader, dequantize
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

try:
    from llama_cpp import Llama
except ImportError:
    Llama = None

program, folder, model, adapter = sys.argv[1:]
QUESTIONS = ["Who are you?", "What is the capital of France?", "Write a haiku about the sea."]
NEW_TOKENS = 32
failures = 0


def check(name, found, wanted):
    global failures
    if found == wanted:
        print("ok", name)
        return
    failures += 1
    print("FAILED", name, "\n  found ", found, "\n  wanted", wanted)


def path(name):
    return os.path.join(folder, name)


def ds(*arguments):
    return subprocess.run([program, *arguments, "--store", path("store")], check=True, capture_output=True,
                          text=True).stdout


def ours(model, adapter=None):
    """Greedy answers in single precision."""
    answers = []
    for question in QUESTIONS:
        more = ["--adapter", adapter] if adapter else []
        answers.append(json.loads(ds(
            "chat", question, "--model", model, "--bf16", "false", "--max-new-tokens", str(NEW_TOKENS), "--json",
            *more))["answer"])
    return answers


def theirs(model, tokenizer):
    answers = []
    for question in QUESTIONS:
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt")
        if not torch.is_tensor(prompt):
            prompt = prompt["input_ids"]
        with torch.no_grad():
            output = model.generate(
                prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=NEW_TOKENS, do_sample=False,
                repetition_penalty=1.0, pad_token_id=tokenizer.eos_token_id)
        answers.append(tokenizer.decode(output[0][prompt.shape[1]:], skip_special_tokens=True))
    return answers


def llama_cpp(file, tokenizer, lora=None):
    llama = Llama(file, lora_path=lora, n_ctx=512, verbose=False, seed=1, logits_all=False)
    answers = []
    for question in QUESTIONS:
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], add_generation_prompt=True, tokenize=False)
        tokens = llama.tokenize(prompt.encode(), add_bos=False, special=True)
        check(f"llama.cpp's tokens of {question!r}", tokens, tokenizer(prompt, add_special_tokens=False)["input_ids"])
        answers.append(llama.create_completion(
            tokens, max_tokens=NEW_TOKENS, temperature=0.0, repeat_penalty=1.0)["choices"][0]["text"])
    return answers


def nearly(name, found, wanted, roundsActivations=False):
    """Equal, or equal for a good beginning: the questions' first words must agree.

    llama.cpp rounds activations to eight bits, and of two words that are nearly as likely takes the other one: where it was
    seen to, and transformers computes ours from the same numbers, it is enough that it answers one question alike.
    """
    for question, one, other in zip(QUESTIONS, found, wanted):
        common = os.path.commonprefix([one, other])
        print(f"   {name}, {question!r}: {len(common)} of {len(other)} characters agree")
    agree = [one.split()[:3] == other.split()[:3] for one, other in zip(found, wanted)]
    check(name, any(agree) if roundsActivations else all(agree), True)


def load(folder_name, dtype=torch.float32):
    return AutoModelForCausalLM.from_pretrained(path(folder_name), dtype=dtype).eval()


ds("init", path("store"))
# The base, out of GGUF.
ds("model", "convert", model, path("base"), "--format", "f32")
tokenizer = AutoTokenizer.from_pretrained(path("base"))
base = load("base")
check("transformers opens a converted folder", theirs(base, tokenizer), ours(model))
check("ds opens it, too", ours(path("base")), ours(model))
with_adapter = ours(model, adapter)
check("peft puts the adapter on it", theirs(PeftModel.from_pretrained(base, adapter), tokenizer), with_adapter)

# The adapter in the base.
ds("merge", adapter, path("merged"), "--model", model, "--format", "f32")
check("transformers opens a merged folder", theirs(load("merged"), tokenizer), with_adapter)
ds("merge", adapter, path("merged-bf16"), "--model", model, "--format", "bf16")
check("transformers opens a merged folder in bf16", theirs(load("merged-bf16"), tokenizer), ours(path("merged-bf16")))

# There and back.
ds("model", "convert", path("base"), path("back.gguf"), "--format", "f16")
check("a folder becomes GGUF again", ours(path("back.gguf")), ours(model))
ds("adapter", "convert", adapter, path("lora.gguf"), "--model", model)
ds("adapter", "convert", path("lora.gguf"), path("lora"), "--model", model)
check("an adapter goes to GGUF and back", ours(model, path("lora")), with_adapter)

names = {"merged.gguf": [], "merged-q8_0.gguf": ["--format", "q8_0"], "merged-q4_0.gguf": ["--format", "q4_0"],
         "merged-f16.gguf": ["--format", "f16"], "merged-q4_k.gguf": ["--format", "q4_k"],
         "merged-q6_k.gguf": ["--format", "q6_k"]}
for name, options in names.items():
    ds("merge", adapter, path(name), "--model", model, *options)
    reader = GGUFReader(path(name))
    check(f"gguf reads {name}", len(reader.tensors), len(GGUFReader(model).tensors))
    answers = ours(path(name))
    # The same numbers without their rounding: whoever computes with them as they are gives these answers.
    ds("model", "convert", path(name), path(name + "-numbers"), "--format", "f32")
    numbers = load(name + "-numbers")
    for tensor in reader.tensors:
        if tensor.name.startswith("token_embd"):
            check(f"gguf's numbers of {name}",
                  torch.equal(torch.tensor(dequantize(tensor.data, tensor.tensor_type)),
                              numbers.get_input_embeddings().weight.data), True)
    check(f"transformers computes with the numbers of {name}", theirs(numbers, tokenizer), answers)
    if Llama:
        nearly(f"llama.cpp reads {name}", llama_cpp(path(name), tokenizer), answers,
               roundsActivations=name in ("merged.gguf", "merged-q6_k.gguf"))
if Llama:
    nearly("llama.cpp puts the adapter on the base", llama_cpp(model, tokenizer, path("lora.gguf")), with_adapter)
    nearly("llama.cpp reads a folder that became GGUF", llama_cpp(path("back.gguf"), tokenizer), ours(path("back.gguf")))
else:
    print("llama.cpp is not here: pip install llama-cpp-python")
print("all well" if failures == 0 else f"{failures} failed")
sys.exit(failures > 0)
