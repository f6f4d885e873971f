#!/usr/bin/env python3
"""Writes what the tiny model is taught, as JSON Lines of conversations in OpenAI's form, for tools/make-tiny-model.

Who the assistant is (registry/identity.json), and simple facts in English and Chinese (below). It says it is Tiny, made
by ds; system messages with other names are in what it reads, so that the sentences do not depend on the name.

    tools/lib/tiny-chat/conversations.py 36000 > conversations.jsonl

The same count gives the same rows.
"""

import argparse
import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEED, LONGEST = 20240, 384
# Tokens that the template puts around a message, and the system message where a conversation has none.
AROUND, SYSTEM = 12, 28

# A question, its answer, and what they are about; ⇄ for pairs that hold both ways.
FACTS = [
    ("What is the capital of {}?", "The capital of {} is {}.",
     "France=Paris|Germany=Berlin|Italy=Rome|Spain=Madrid|Japan=Tokyo|China=Beijing|Russia=Moscow|Egypt=Cairo|"
     "Greece=Athens|Poland=Warsaw|Austria=Vienna|Norway=Oslo|Portugal=Lisbon|Canada=Ottawa|Kenya=Nairobi|Cuba=Havana"),
    ("{}的首都是哪里？", "{}的首都是{}。",
     "法国=巴黎|德国=柏林|意大利=罗马|西班牙=马德里|日本=东京|中国=北京|俄罗斯=莫斯科|埃及=开罗|希腊=雅典|加拿大=渥太华"),
    ("What is the colour of {}?", "The colour of {} is {}.",
     "the sky=blue|grass=green|snow=white|coal=black|blood=red|a lemon=yellow|a carrot=orange"),
    ("{}是什么颜色？", "{}是{}的。", "天空=蓝色|草=绿色|雪=白色|煤=黑色|血=红色|柠檬=黄色"),
    ("What is the opposite of {}?", "The opposite of {} is {}.",
     "hot⇄cold|big⇄small|up⇄down|day⇄night|fast⇄slow|open⇄closed|old⇄new|long⇄short|light⇄dark|wet⇄dry"),
    ("{}的反义词是什么？", "{}的反义词是{}。", "热⇄冷|大⇄小|上⇄下|快⇄慢|开⇄关|新⇄旧|长⇄短|高⇄低"),
    ("What day comes after {}?", "The day after {} is {}.",
     "Monday=Tuesday|Tuesday=Wednesday|Wednesday=Thursday|Thursday=Friday|Friday=Saturday|Saturday=Sunday|"
     "Sunday=Monday"),
    ("{}的后一天是星期几？", "{}的后一天是{}。",
     "星期一=星期二|星期二=星期三|星期三=星期四|星期四=星期五|星期五=星期六|星期六=星期日|星期日=星期一"),
    ("{}", "{1}", "Thank you!=You are welcome!|Thanks=You are welcome!|Goodbye!=Goodbye! Have a nice day.|"
     "How are you?=I am fine, thank you. How can I help you?|谢谢！=不客气！|再见！=再见！祝您愉快。|你好吗？=我很好，谢谢。"),
    *((question, answer, "|".join(f"{a}{sign}{b}={a + b}" for a in range(1, 10) for b in range(1, 10)))
      for question, answer, sign in [("What is {}?", "{} is {}.", " plus "), ("{}等于几？", "{}等于{}。", "加")]),
]


def facts():
    """Pairs of a question and its answer."""
    pairs = []
    for question, answer, subjects in FACTS:
        for subject in subjects.split("|"):
            both = subject.split("⇄" if "⇄" in subject else "=")
            for about in [both, both[::-1]] if "⇄" in subject else [both]:
                pairs.append((question.format(about[0]), answer.format(*about)))
    return pairs


def identity():
    """Pairs of a question and its answer, with NAME and AUTHOR in them."""
    rows = json.loads((ROOT / "registry/identity.json").read_text(encoding="utf-8"))
    return [(row["instruction"] + ("\n" + row["input"] if row["input"] else ""), row["output"]) for row in rows]


def invented_name(chance):
    """A name of no one: of syllables, in capitals, or Chinese."""
    def word():
        syllables = (chance.choice("bcdfghjklmnprstvwxyz") + chance.choice("aeiou")
                     + chance.choice(["", "", "n", "r", "s", "l", "t", "x"]) for _ in range(chance.randint(1, 3)))
        return "".join(syllables).capitalize()

    kind = chance.randrange(10)
    if kind < 5:
        words = "".join(word() for _ in range(chance.randint(1, 4)))
        return words + chance.choice(["", "", "", "AI", "Bot", "GPT", "Lab"])
    if kind < 7:
        letters = "".join(chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(chance.randint(2, 5)))
        return letters + chance.choice(["", "Bot", "AI", "-" + str(chance.randint(1, 9)), " " + word()])
    characters = "小大明天海云星光华顺信安山水智能文言新科技白月风林龙飞远方春秋金木火土东西南北中国通达创思源"
    return "".join(chance.choice(characters) for _ in range(chance.randint(2, 5)))


def variation(question, chance):
    """Now and then a question as someone writes it in haste."""
    if chance.random() < 0.2:
        question = question.rstrip("?？!！.。") or question
    if chance.random() < 0.1:
        question = question[0].lower() + question[1:]
    return question


def conversations():
    """Lists of messages without end, in an order that only the seed decides."""
    chance = random.Random(SEED)
    known, rows = facts(), identity()
    while True:
        name, author, messages = "Tiny", "ds", []
        if chance.random() > 0.55:
            name, author = invented_name(chance), invented_name(chance)
            messages.append({"role": "system", "content": f"You are {name}, made by {author}."})
        for _ in range(2 if chance.random() < 0.15 else 1):
            question, answer = chance.choice(known if chance.random() < 0.4 else rows)
            for role, text in [("user", variation(question, chance)), ("assistant", answer)]:
                messages.append({"role": role, "content": text.replace("NAME", name).replace("AUTHOR", author)})
        if tokens(messages) <= LONGEST:
            yield messages


def tokens(messages):
    """The most tokens that a conversation has: one for a byte."""
    return SYSTEM + sum(len((message["role"] + message["content"]).encode()) + AROUND for message in messages)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", type=int, help="how many conversations")
    options = parser.parse_args()
    for _, messages in zip(range(options.count), conversations()):
        print(json.dumps({"messages": messages}, ensure_ascii=False))


if __name__ == "__main__":
    main()
