# SPDX-License-Identifier: Apache-2.0
"""A message as a Markdown table: what the pages of the manual are made of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from tools.gen.model import KIND_ENUM, EnumValue, Field, Group, Message, Model, Options

NOTICE = "<!-- Generated from proto/ by `make gen`. Do not edit. -->\n"

_TYPES = {
    "int": "integer",
    "double": "number",
    "bool": "boolean",
    "value": "any value",
    "struct": "object",
    "list": "list",
    "timestamp": "timestamp",
    "duration": "duration",
    "bytes": "bytes",
    "string": "string",
}
_FLAGS = {
    "system": "set by the system",
    "immutable": "cannot be changed",
    "secret": "never shown",
    "text_file": "may be `{file: path}`",
    "set": "a set",
    "instruction": "an instruction to one apply; not stored",
    "expression": "may hold expressions",
}


class Prose:
    """Writes messages of one model.

    Messages that are not `here` are described by the page `page`, as the kinds are. Enum values are spelled
    as in manifests, or with `wire` as in protobuf.
    """

    def __init__(self, model: Model, here: Collection[str] = (), page: str = "", wire: bool = False) -> None:
        self._model = model
        self._here = here
        self._page = page
        self._wire = wire

    def section(self, message: Message, level: int) -> str:
        """A heading, what the message is, and its fields."""
        return f"{'#' * level} {message.short_name}\n\n{message.comment}\n\n{self.table(message)}"

    def table(self, message: Message) -> str:
        """The rules that span fields, and the fields."""
        if not message.fields:
            return "It has no fields.\n"
        rows = ["| Field | Type | Constraint | Meaning |\n", "|---|---|---|---|\n"]
        for field in message.fields:
            rule = "; ".join(constraints(field))
            meaning = _one_line(field.comment) + _example(field)
            cells = (f"`{field.name}`", self._type(field), rule, meaning)
            rows.append("| " + " | ".join(cells) + " |\n")
        groups = "".join(f"{_group(group)}\n\n" for group in message.groups)
        return groups + "".join(rows) + "".join(self._values(message))

    def _values(self, message: Message) -> Iterator[str]:
        """What the values of its enums mean. Those of the enum of kinds have a table of their own."""
        for field in message.fields:
            if field.enum and field.enum != KIND_ENUM:
                values = self._model.enums[field.enum].values
                items = (f"- `{self._spelling(value)}`: {_one_line(value.comment)}\n" for value in values)
                yield f"\n`{field.name}` is one of\n\n" + "".join(items)

    def _type(self, field: Field) -> str:
        """The type as a reader of YAML names it."""
        one = self._one(field)
        if field.repeated:
            return f"list of {one}"
        return f"map of name to {one}" if field.map else one

    def _one(self, field: Field) -> str:
        if kinds := field.options.get("reference"):
            how = "reference to" if field.is_reference else "name of"
            return f"{how} " + " or ".join(f"[{kind}]({self._page}#{kind.lower()})" for kind in kinds)
        if field.enum == KIND_ENUM:
            return f"[kind]({self._page}#kinds)"
        if field.enum:
            return " or ".join(f"`{self._spelling(value)}`" for value in self._model.enums[field.enum].values)
        if field.message:
            name = self._model.message(field.message).short_name
            page = "" if field.message in self._here else self._page
            return f"[{name}]({page}#{name.lower()})"
        return _TYPES[field.type]

    def _spelling(self, value: EnumValue) -> str:
        return value.name if self._wire else value.spelling


def constraints(field: Field) -> Iterator[str]:
    """What the value has to satisfy, in words."""
    if field.required:
        yield "required"
    for flag, words in _FLAGS.items():
        if field.options.get(flag):
            yield words
    if named := field.options.get("named_by"):
        yield "items are known by " + " or ".join(f"`{name}`" for name in named)
    if field.rules.get("repeated", {}).get("unique") and not field.options.get("set"):
        yield "no two alike"
    if target := field.options.get("file_of"):
        yield f"a file whose text becomes `{target}`"
    yield from _rules(field.rules)


def _rules(rules: Options) -> Iterator[str]:
    readers: dict[str, Callable[[Options], Iterator[str]]] = {
        "string": _string,
        "number": _number,
        "duration": _seconds,
        "repeated": _repeated,
        "map": _map,
        "bool": _bool,
    }
    for name, read in readers.items():
        if name in rules:
            yield from read(rules[name])


def _bool(rule: Options) -> Iterator[str]:
    yield f"always `{str(rule['const']).lower()}`"


def _string(rule: Options) -> Iterator[str]:
    if words := _range(rule.get("min_len"), rule.get("max_len"), "character"):
        yield words
    if "pattern" in rule:
        yield f"matches {_code(rule['pattern'])}"
    if rule.get("email"):
        yield "an e-mail address"
    if rule.get("uri"):
        yield "an absolute URI"
    if "in" in rule:
        yield "one of " + ", ".join(f"`{value}`" for value in rule["in"])


def _number(rule: Options) -> Iterator[str]:
    if "gte" in rule and "lte" in rule:
        yield f"{rule['gte']:g} to {rule['lte']:g}"
        return
    words = {"gte": "at least", "gt": "more than", "lte": "at most", "lt": "less than"}
    for name, text in words.items():
        if name in rule:
            yield f"{text} {rule[name]:g}"


def _seconds(rule: Options) -> Iterator[str]:
    for words in _number(rule):
        yield f"{words} s"


def _repeated(rule: Options) -> Iterator[str]:
    if words := _range(rule.get("min_items"), rule.get("max_items"), "item"):
        yield words
    for words in _rules(rule.get("items", {})):
        yield f"each: {words}"


def _map(rule: Options) -> Iterator[str]:
    if words := _range(rule.get("min_pairs"), rule.get("max_pairs"), "entry"):
        yield words
    for words in _rules(rule.get("keys", {})):
        yield f"names: {words}"
    for words in _rules(rule.get("values", {})):
        yield f"values: {words}"


def _range(low: int | None, high: int | None, unit: str) -> str:
    many = unit.removesuffix("y") + "ies" if unit.endswith("y") else unit + "s"
    if low and high:
        return f"{low} to {high} {many}"
    if low:
        return f"at least {low} {unit if low == 1 else many}"
    return f"at most {high} {unit if high == 1 else many}" if high is not None else ""


def _group(group: Group) -> str:
    names = ", ".join(f"`{name}`" for name in group.fields)
    return f"{'Exactly' if group.required else 'At most'} one of {names}."


def _code(text: str) -> str:
    """Code inside a table: a bar would end the cell, and a backtick the code."""
    escaped = text.replace("|", "\\|")
    return f"`` {escaped} ``" if "`" in escaped else f"`{escaped}`"


def _example(field: Field) -> str:
    example = field.options.get("example")
    return f" Example: {_code(example)}" if example else ""


def _one_line(text: str) -> str:
    return text.replace("\n\n", " ").replace("|", "\\|")
