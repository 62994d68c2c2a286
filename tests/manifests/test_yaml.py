# SPDX-License-Identifier: Apache-2.0
"""YAML as manifests may write it: values by the core schema, and every refusal at its place."""

from __future__ import annotations

from typing import Any

import pytest

from stigmer.manifests import yaml
from stigmer.resources.paths import Path


def value(text: str) -> Any:
    (document,) = yaml.read(text.encode())
    return document.value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *(
            (word, word)
            for word in ("yes", "no", "on", "off", "y", "n", "Yes", "NO", "tRUE", "nULL", "nan", "inf")
        ),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b11", "0b11"),
        ("+1", 1),
        ("-12", -12),
        ("1e3", 1000),
        ("1.5e-3", 0.0015),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1.", 1),
        ("1.0", 1),
        ("-0.0", 0),
        ("9007199254740992", 2**53),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ("<<", "<<"),
        ("'true'", "true"),
        ('"1"', "1"),
        ('""', ""),
        ("!!str 1", "1"),
        ("!!int 3", 3),
        ("!!float 3", 3),
        ("!!bool true", True),
        ("!!null ~", None),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
        ("[a, {b: c}]", ["a", {"b": "c"}]),
        ("|\n  one\n  two\n", "one\ntwo\n"),
        (">-\n  one\n  two\n", "one two"),
        ('"\\u00e9\\0"', "é\0"),
    ],
)
def test_values(written: str, expected: Any) -> None:
    found = value(f"k: {written}")["k"]
    assert (found, type(found)) == (expected, type(expected))


def test_an_alias_is_a_copy() -> None:
    found = value("a: &x {b: [1]}\nc: *x\n")
    assert found == {"a": {"b": [1]}, "c": {"b": [1]}}
    assert found["a"] is not found["c"]
    assert found["a"]["b"] is not found["c"]["b"]


@pytest.mark.parametrize(
    ("data", "documents"),
    [
        (b"", []),
        (b"# nothing\n", []),
        (b"---\n---\n...\n", []),
        (b"a: 1\n---\n---\nb: 2\n...\n---\n# end\n", [({"a": 1}, 0, 1), ({"b": 2}, 2, 4)]),
        (b"# head\n---\n\na: 1\n", [({"a": 1}, 0, 4)]),
        (b"null\n---\na: 1\n", [({"a": 1}, 1, 3)]),
        (b"%YAML 1.2\n---\na: no\n", [({"a": "no"}, 0, 3)]),
        (b"a: 1\r\nb:\r\n  c: 2\r\n", [({"a": 1, "b": {"c": 2}}, 0, 1)]),
        (b"\xef\xbb\xbfa: 1\n", [({"a": 1}, 0, 1)]),
        (b'"<<": 1\n', [({"<<": 1}, 0, 1)]),
        (b"- a\n", [(["a"], 0, 1)]),
        (b"text\n", [("text", 0, 1)]),
    ],
)
def test_documents(data: bytes, documents: list[tuple[Any, int, int]]) -> None:
    assert [(each.value, each.index, each.line) for each in yaml.read(data)] == documents


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter + 1, letter + 1, b",".join([b"*%c" % letter] * 10))
    for letter in range(97, 104)
)


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml.duplicate", 3, 1),
        ("a:\n  x: 1\n  'x': 2\n", "yaml.duplicate", 3, 3),
        ("a: 1\n---\nb: 1\nb: 2\n", "yaml.duplicate", 4, 1),
        ("1: a", "yaml.key", 1, 1),
        ("a: {~: b}", "yaml.key", 1, 5),
        ("true: a", "yaml.key", 1, 1),
        ("? [a]\n: b", "yaml.key", 1, 3),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "yaml.merge", 3, 3),
        ("a: !mine 1", "yaml.tag", 1, 4),
        ("a: !mine [1]", "yaml.tag", 1, 4),
        ("a: !!binary aGk=", "yaml.tag", 1, 4),
        ("a: !!set {x}", "yaml.tag", 1, 4),
        ("a: !!timestamp 2024-01-01", "yaml.tag", 1, 4),
        ("a: !!python/object/apply:os.system [x]", "yaml.tag", 1, 4),
        ("a: !!int x", "yaml.tag", 1, 4),
        ("a: !!int true", "yaml.tag", 1, 4),
        ("a: .inf", "yaml.number", 1, 4),
        ("a: [-.INF]", "yaml.number", 1, 5),
        ("a: .nan", "yaml.number", 1, 4),
        ("a: 1e400", "yaml.number", 1, 4),
        ("a: 9007199254740993", "yaml.number", 1, 4),
        ("a: -9007199254740993", "yaml.number", 1, 4),
        ("a: " + "9" * 5000, "yaml.number", 1, 4),
        ("a: 0x" + "f" * 5000, "yaml.number", 1, 4),
        ("[" * 101 + "]" * 101, "yaml.depth", 1, 101),
        ("[" * 100_000, "yaml.depth", 1, 101),
        ("{a: " * 5000, "yaml.depth", 1, 401),
        ("- " * 5000 + "x", "yaml.depth", 1, 201),
        ("\n".join(" " * each + "a:" for each in range(300)), "yaml.depth", 101, 101),
        ("a: &a [*a]", "yaml.depth", 1, 4),
        ("&a {x: *a, y: *a}", "yaml.depth", 1, 1),
        (BOMB, "yaml.aliases", 2, 4),
        ("a: *nowhere", "yaml.syntax", 1, 4),
        ("a: b: c\n", "yaml.syntax", 1, 4),
        ("a:\n  - [1\nb: 2\n", "yaml.syntax", 2, 5),
        ('a: "\\ud800"', "yaml.syntax", 1, 7),
        (b'a: "\xed\xa0\x80"', "yaml.encoding", 1, 5),
        (b"\xef\xbb\xbfa: \xff", "yaml.encoding", 1, 4),
        ("e\u0301: 1", "yaml.unicode", 1, 1),
        ('a: {x: [{"e\\u0301": 1}]}', "yaml.unicode", 1, 10),
        ("a: {{ .Values.a }}", "yaml.key", 1, 4),
        ("a:\n\tb: 1\n", "yaml.syntax", 2, 1),
        ('"\U0001f600": @', "yaml.syntax", 1, 6),
        (b"\xef\xbb\xbfa: @x", "yaml.syntax", 1, 4),
        (b"a: 1\r\nb: @\r\n", "yaml.syntax", 2, 4),
        ("a: 1".encode("utf-16"), "yaml.encoding", 1, 1),
        (b"a: 1\nb: caf\xe9\n", "yaml.encoding", 2, 7),
        ("é: 1\nü: é".encode() + b"\xff", "yaml.encoding", 2, 5),
        (b"a: 1\nb: x\x07y\n", "yaml.character", 2, 5),
        ("é: éé\né: \x07y\n", "yaml.character", 2, 4),
        (b"a: \x00", "yaml.character", 1, 4),
        (b"a: " + b"x" * yaml.MAX_BYTES, "yaml.size", 1, 1),
    ],
)
def test_refusals(data: str | bytes, code: str, line: int, column: int) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        list(yaml.read(data.encode() if isinstance(data, str) else data))
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        ("a: 1\na: 2", "'a' is already said on line 1", "remove it, or the other"),
        ("1: a", "a key is a string, and 1 is none", 'write "1"'),
        ("a: {<<: {}}", "merge keys (<<) are not part of YAML 1.2", "write the fields out"),
        ("a: !!binary x", "the tag !!binary is not allowed", "remove it"),
        ("a:\n\tb: 1", "a tab indents this line", "indent with spaces, not tabs"),
        ("e\u0301: 1", "the key is not in Unicode's composed form (NFC)", 'write "é"'),
        (
            "a: {{ b }}",
            "{{ }} is nothing that manifests know: they are no templates",
            "put the value in quotes if it is text",
        ),
    ],
)
def test_words(data: str, message: str, hint: str) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        list(yaml.read(data.encode()))
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    "written", ["!hunter2", "!hunter2 x", "!!int hunter2", "12345678901234567890", "-1234567890123456789012"]
)
def test_what_may_be_a_secret_without_quotes_is_not_repeated(written: str) -> None:
    with pytest.raises(yaml.YamlError) as caught:
        list(yaml.read(f"value: {written}".encode()))
    said = f"{caught.value.message} {caught.value.hint}"
    assert "hunter2" not in said
    assert "1234567890" not in said


def test_depth_and_aliases_have_room() -> None:
    assert value("[" * 100 + "]" * 100)
    assert len(value("a: &a [" + "x, " * 1000 + "]\nb: [" + "*a, " * 90 + "]")["b"]) == 90


def test_a_large_document_without_aliases_is_no_bomb() -> None:
    assert len(value("[" + "x," * 300_000 + "]")) == 300_000


def test_a_wrong_document_does_not_hide_the_next() -> None:
    found = list(yaml.read_each(b"a: 1\n---\nb: 1\nb: 2\n---\nc: !x 1\n---\nd: 1\n"))
    told = [each.code if isinstance(each, yaml.YamlError) else each.value for each in found]
    assert told == [{"a": 1}, "yaml.duplicate", "yaml.tag", {"d": 1}]


LOCATED = """\
# A comment.
kind: Agent
metadata:
  name: bot
spec:
  empty:
  nothing: {}
  tags: [a, "b"]
  "quoted key": x
  list:
    - name: é
      deep: {a: é, b: 1}
    -
      name: two
  text: |
    long
"""


@pytest.mark.parametrize(
    ("path", "value_at", "key_at"),
    [
        ((), (2, 1), (2, 1)),
        (("kind",), (2, 7), (2, 1)),
        (("metadata",), (3, 1), (3, 1)),
        (("metadata", "name"), (4, 9), (4, 3)),
        (("metadata", "gone"), (3, 1), (3, 1)),
        (("gone",), (2, 1), (2, 1)),
        (("gone", "deeper"), (2, 1), (2, 1)),
        (("spec", "empty"), (6, 3), (6, 3)),
        (("spec", "nothing"), (7, 3), (7, 3)),
        (("spec", "tags", 1), (8, 13), (8, 13)),
        (("spec", "tags", 9), (8, 3), (8, 3)),
        (("spec", "quoted key"), (9, 17), (9, 3)),
        (("spec", "list", 0), (11, 7), (11, 7)),
        (("spec", "list", 0, "deep", "b"), (12, 23), (12, 20)),
        (("spec", "list", 1, "name"), (14, 13), (14, 7)),
        (("spec", "list", 1, "gone"), (14, 7), (14, 7)),
        (("spec", "text"), (15, 9), (15, 3)),
        (("kind", "deeper"), (2, 1), (2, 1)),
    ],
)
def test_places(path: Path, value_at: tuple[int, int], key_at: tuple[int, int]) -> None:
    node = yaml.compose(LOCATED.encode(), 1, 0)
    assert yaml.locate(node, path) == value_at
    assert yaml.locate(node, path, key=True) == key_at


def _again(data: bytes, document: yaml.RawDocument) -> Any:
    return yaml.compose(data, document.line, document.start)


def test_places_in_a_later_document() -> None:
    data = b"a: 1\n---\n---\nb:\r\n  c: 2\r\n"
    for document in yaml.read(data):
        assert yaml.locate(document.node, ()) == (document.line, 1)
    assert yaml.locate(_again(data, document), ("b", "c")) == (5, 6) == yaml.locate(document.node, ("b", "c"))


def test_the_text_of_a_scalar_as_it_was_written() -> None:
    node = yaml.compose(b"a: 0o17\nb: ['1.50']\nc: {}\n", 1, 0)
    assert [yaml.scalar_text(node, path) for path in (("a",), ("b", 0), ("c",), ("d",), ("a", "b"))] == [
        "0o17",
        "1.50",
        None,
        None,
        None,
    ]


STREAM = "# é\na: 1\n---\nü: {b: [é, 2]}\n---\n- 日本: x\n  c: 3\n...\n---\nd: 4\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_are_the_same_with_any_line_ends_and_with_a_byte_order_mark(mark: str, end: str) -> None:
    data = (mark + STREAM.replace("\n", end)).encode()
    paths: list[Path] = [("a",), ("ü", "b", 1), (0, "c"), ("d",)]
    documents = list(yaml.read(data))
    assert [each.line for each in documents] == [2, 4, 6, 10]
    for document, path, place in zip(documents, paths, [(2, 4), (4, 12), (7, 6), (10, 4)], strict=True):
        assert yaml.locate(document.node, path) == place
        assert yaml.locate(_again(data, document), path) == place


def test_a_directive_is_read_again_with_its_document() -> None:
    data = b"a: 1\n...\n%TAG !y! tag:yaml.org,2002:\n---\nb: !y!int 3\n"
    first, second = yaml.read(data)
    assert (first.value, second.value) == ({"a": 1}, {"b": 3})
    assert yaml.locate(_again(data, second), ("b",)) == (5, 4)


def told(data: bytes | str) -> list[Any]:
    """The values of a stream, and of what is none its code and line."""
    found = yaml.read_each(data if isinstance(data, bytes) else data.encode())
    return [(each.code, each.line) if isinstance(each, yaml.YamlError) else each.value for each in found]


@pytest.mark.parametrize(
    "broken",
    [
        "b: @x",
        "b: [1, 2",
        "b: {c: 1",
        'b: "open',
        "b: 'open",
        "b: c: d",
        "b:\n\tc: 1",
        "b\nc: 1",
        "b: *x",
        "b: |x",
        "  b: 1\nc: 2",
        "b: \x07",
        "b: 1\nb: 2",
        "b: !x y",
        "[" * 200 + "]" * 200,
        "[" * 5000 + "]" * 5000,
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_broken_document_does_not_hide_those_around_it(broken: str, end: str) -> None:
    text = f"a: 1\n---\n{broken}\n---\nc: 3\n--- # the last\nd: 4\n"
    found = told(text.replace("\n", end))
    assert found[:1] == [{"a": 1}]
    assert found[-2:] == [{"c": 3}, {"d": 4}]
    wrong = [each for each in found if isinstance(each, tuple)]
    assert len(wrong) == 1
    assert 3 <= wrong[0][1] <= 3 + broken.count("\n")


def test_several_broken_documents_are_told_each() -> None:
    text = "---\na: @\n---\nb: 2\n---\nc: [\n---\nd: \x07\n---\ne: 5\n--- x: y: z\n---\nf: 6\n"
    assert told(text) == [
        ("yaml.syntax", 2),
        {"b": 2},
        ("yaml.syntax", 6),
        ("yaml.character", 8),
        {"e": 5},
        ("yaml.syntax", 11),
        {"f": 6},
    ]


def test_after_many_broken_documents_the_rest_is_left() -> None:
    found = list(yaml.read_each(b"a: @\n---\n" * 100))
    assert len(found) == 10
    assert isinstance(found[-1], yaml.YamlError)
    assert found[-1].message.endswith("; what comes after it was not read")


def test_a_line_of_dashes_inside_of_a_text_begins_no_document() -> None:
    assert told("a: |\n  ---\n  x\nb: @\n---\nc: 1\n") == [("yaml.syntax", 4), {"c": 1}]
    assert told("---x: 1\n") == [{"---x": 1}]


def test_a_place_is_found_before_a_character_that_ends_the_reading() -> None:
    data = b"a: 1\nb: x\n---\nc: \x01\n"
    first, problem = yaml.read_each(data)
    assert isinstance(first, yaml.RawDocument)
    assert isinstance(problem, yaml.YamlError)
    assert yaml.locate(yaml.compose(data, first.line, first.start), ("b",)) == (2, 4)
