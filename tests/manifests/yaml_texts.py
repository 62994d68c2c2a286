# SPDX-License-Identifier: Apache-2.0
"""YAML as people and programs write it: every style of scalar and collection, comments, anchors, several documents; by chance."""

from __future__ import annotations

from random import Random

_PLAIN = (
    "a", "b-c", "two words", "v1.2.3", "it's", "x#y", "no", "yes", "on", "off", "y", "null", "~", "Null", "true", "False", "TRUE",
    "1", "-17", "+5", "0", "0777", "0o17", "0x1F", "08", "3.14", "-0.5", "1e3", "6.02E-3", ".5", "1.", "12:30", "1.2.3", "http://a.b/c?d=e",
    "a:b", "-x", "?y", ":z", "a, b", "[no", "é", "日本", "😀", "$x", "${ .a }", "100%", "a\\n", "user@host", "-1e", "0o8", "0xg", "+", "-.", "e5",
)  # fmt: skip
_KEYS = ("a", "b", "name", "two words", "x-y", "k8s.io/x", "'q'", '"d\\u00e9"', "é", "no", "0.1a")
_QUOTED = (
    "",
    "a",
    "it's",
    'say "x"',
    "a: b",
    "# no comment",
    " leading",
    "trailing ",
    "tab\there",
    "é😀",
    "back\\slash",
    "1",
    "null",
)
_LINES = (
    "one",
    "  indented",
    "",
    "# text",
    "a: b",
    "- c",
    "tab\there",
    "é",
    "trailing  ",
    "\tbegins with a tab",
)


def text(random: Random) -> str:
    """One stream of one to three documents."""
    documents = [document(random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    if len(documents) == 1 and random.random() < 0.7:
        return documents[0]
    end = random.choice(("", "...\n"))
    return "".join(f"---{random.choice(('', ' # start'))}\n{each}{end}" for each in documents)


def document(random: Random) -> str:
    """One document whose root is a map or a list in block style."""
    lines = _mapping(random, 0, 4) if random.random() < 0.8 else _sequence(random, 0, 4)
    if random.random() < 0.2:
        lines.insert(0, "# a comment")
    return "\n".join(lines) + random.choice(("\n", "\n", "\n\n", "")) + ("\n" if len(lines) == 0 else "")


def mutated(random: Random, whole: str) -> str:
    """A text with one to three characters taken out, put in, or exchanged, which most often breaks it."""
    characters = list(whole)
    for _ in range(random.choice((1, 1, 2, 3))):
        place = random.randrange(len(characters) + 1)
        what = random.choice(" \n:-#'\"[]{},|>&*!?ab0")
        match random.randrange(3):
            case 0:
                characters[place : place + 1] = []
            case 1:
                characters.insert(place, what)
            case _:
                characters[place : place + 1] = [what]
    return "".join(characters)


def _mapping(random: Random, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for key in random.sample(_KEYS, random.randint(1, 4)):
        lines += _entry(random, f"{' ' * indent}{key}:", indent, depth)
    return lines


def _sequence(random: Random, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    for _ in range(random.randint(1, 3)):
        if depth and random.random() < 0.2:
            nested = _mapping(random, indent + 2, depth - 1)
            lines += [f"{' ' * indent}- {nested[0].lstrip(' ')}", *nested[1:]]
        else:
            lines += _entry(random, f"{' ' * indent}-", indent, depth)
    return lines


def _entry(random: Random, head: str, indent: int, depth: int) -> list[str]:
    """A value behind a key or a dash, with what may stand around it."""
    chance = random.random()
    if depth and chance < 0.2:
        return [head + _comment(random), *_mapping(random, indent + random.choice((1, 2, 2, 4)), depth - 1)]
    if depth and chance < 0.3:
        inner = indent if head.endswith(":") and random.random() < 0.5 else indent + 2
        return [head + _comment(random), *_sequence(random, inner, depth - 1)]
    if chance < 0.4:
        return [f"{head} {_header(random)}", *_block(random, indent + random.choice((1, 2, 4)))]
    if chance < 0.45:
        return [head + _comment(random)]
    if chance < 0.55:
        return [f"{head} {_flow(random, 3)}{_comment(random)}"]
    if chance < 0.6:
        pad = " " * (indent + 2)
        return [
            f"{head} {random.choice(('plain', 'more'))}",
            f"{pad}goes on",
            *([""] if random.random() < 0.3 else []),
            f"{pad}to here",
        ]
    return [f"{head} {_scalar(random)}{_comment(random)}", *([""] if random.random() < 0.1 else [])]


def _header(random: Random) -> str:
    return (
        random.choice("|>") + random.choice(("", "", "-", "+")) + random.choice(("", "", " # text follows"))
    )


def _block(random: Random, indent: int) -> list[str]:
    """The lines of a literal or folded scalar; the first is not indented further, as its header gives no number."""
    lines = ["first", *(random.choice(_LINES) for _ in range(random.randint(0, 4)))]
    return [" " * indent + line if line else "" for line in lines]


def _comment(random: Random) -> str:
    return random.choice(("", "", "", "", " # why", "  # a: b"))


def _scalar(random: Random) -> str:
    chance = random.random()
    if chance < 0.6:
        return random.choice(_PLAIN)
    if chance < 0.8:
        return "'" + random.choice(_QUOTED).replace("'", "''") + "'"
    escaped = random.choice(_QUOTED).replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return (
        '"'
        + escaped
        + random.choice(("", "\\n", "\\x41", "\\u00e9", "\\U0001F600", "\\/", "\\_", "\\e"))
        + '"'
    )


def _flow(random: Random, depth: int) -> str:
    if not depth or random.random() < 0.4:
        return random.choice(("a", "1", "null", "true", "'x, y'", '"]"', "-1", "a b", "''"))
    items = [_flow(random, depth - 1) for _ in range(random.randint(0, 3))]
    comma = random.choice((",", ", ", " , "))
    if random.random() < 0.5:
        return "[" + comma.join(items) + random.choice(("", "", " ")) + "]"
    pairs = [f"{key}: {item}" for key, item in zip("abc", items, strict=False)]
    return "{" + comma.join(pairs) + random.choice(("", "", " ")) + "}"
