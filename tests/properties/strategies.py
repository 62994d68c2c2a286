# SPDX-License-Identifier: Apache-2.0
"""Manifests drawn from the schemas: any document of any kind, and sets of documents that a fresh store accepts.

The JSON Schema of a kind says what may be written; the registry, walked beside it, what the schema cannot say (what a reference
names, which items need names of their own, which values are secret). A new kind needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
from hypothesis import strategies as st

from stigmer.manifests.outlines.samples import SEALED
from stigmer.resources.canonical import RESERVED
from stigmer.resources.fields import Field, Message, item_name, message
from stigmer.resources.ignorable import ignore_problem
from stigmer.resources.keys import DEFAULT_ORG, Key
from stigmer.resources.kinds import Kind, find_kind, kind_named, kinds
from tests.properties import scalars
from tests.properties.places import Place, Schema, at, places, schema_of

Document = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

DECLARABLE = tuple(kind for kind in kinds() if kind.declarable)
_IDENTITY = ("name", "org", "renamed_from", "lifecycle")
_NESTING = 2  # how often a message may stand within itself
# What no fresh machine can fetch, so that a set with it is refused.
_UNREADABLE = {"stigmer.commons.v1.ValueSource": {"keyring", "age"}}


@dataclass(slots=True)
class ManifestSet:
    """Documents in an order in which each names only what stands before it, and what reading them takes beside them."""

    documents: dict[Key, Document] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The documents as one YAML stream."""
        return "\n---\n".join(scalars.yaml_text(document) for document in self.documents.values()) + "\n"


@dataclass(slots=True)
class _World:
    """What the documents drawn so far are, and may name. `closed` is whether everything named must exist."""

    closed: bool
    made: ManifestSet = field(default_factory=ManifestSet)
    taken: set[Key] = field(default_factory=set)
    depth: int = 0


@st.composite
def documents(draw: Draw, kind: Kind) -> ManifestSet:
    """One valid document of a kind; what it names need not exist, and its secrets need not be readable."""
    world = _World(closed=False)
    _make(draw, world, kind)
    return world.made


@st.composite
def manifest_sets(draw: Draw, of: tuple[Kind, ...] = DECLARABLE, max_size: int = 3) -> ManifestSet:
    """A set that a fresh store accepts: `max_size` documents of the kinds and what these need."""
    world = _World(closed=True)
    for kind in draw(st.lists(st.sampled_from(of), min_size=1, max_size=max_size)):
        _make(draw, world, kind)
    return world.made


@st.composite
def evolutions(
    draw: Draw, of: tuple[Kind, ...] = DECLARABLE, max_size: int = 3
) -> tuple[ManifestSet, ManifestSet]:
    """A set, and a set of the same resources with some said anew that may be applied after it."""
    before: ManifestSet = draw(manifest_sets(of, max_size))
    return before, _evolved(draw, before)


@st.composite
def branches(
    draw: Draw, of: tuple[Kind, ...] = DECLARABLE, max_size: int = 2
) -> tuple[ManifestSet, ManifestSet, ManifestSet]:
    """A set, and two others that were each made of it without regard to the other."""
    before: ManifestSet = draw(manifest_sets(of, max_size))
    return before, _evolved(draw, before), _evolved(draw, before)


def _evolved(draw: Draw, before: ManifestSet) -> ManifestSet:
    again = draw(st.sets(st.sampled_from(sorted(before.documents)), min_size=1))
    world = _World(closed=True, taken=set(before.documents))
    world.made.files.update(before.files)
    world.made.environ.update(before.environ)
    for key, document in before.documents.items():
        said = _anew(draw, world, key, document) if key in again else document
        world.made.documents[key] = document if _is_about_owners(document, said) else said
    return world.made


def _is_about_owners(*documents: Document) -> bool:
    """Whether one of these says who owns something: a change of that may be refused, and has tests of its own."""
    return any(each["kind"] == "IamPolicy" and each["spec"].get("relation") == "owner" for each in documents)


@st.composite
def changed(draw: Draw, before: ManifestSet, key: Key) -> ManifestSet:
    """The set with one document changed, so that it differs for sure and may be deleted after."""
    world = _World(closed=True, taken=set(before.documents))
    world.made = deepcopy(before)
    old = world.made.documents.pop(key)
    new = _anew(draw, world, key, old)
    new["metadata"]["lifecycle"] = {"deletion": "allow"}
    new["metadata"]["title"] = "Changed" if old["metadata"].get("title") != "Changed" else "Changed again"
    world.made.documents[key] = new
    return world.made


def _anew(draw: Draw, world: _World, key: Key, old: Document) -> Document:
    """The document with a value or two drawn anew, or another of the same identity, with what may not change as it was."""
    kind = kind_named(key.kind)
    builder = _Builder(draw, world, kind)
    if draw(st.integers(0, 2)):
        new = deepcopy(old)
        builder.key = key
        for _ in range(draw(st.integers(1, 2))):
            _redraw(builder, new)
        return new
    new = builder.document(key)
    for name, about in message(kind.spec).fields.items():
        if about.immutable:
            new["spec"].pop(name, None)
            if name in old["spec"]:
                new["spec"][name] = old["spec"][name]
    return new


def _redraw(builder: _Builder, document: Document) -> None:
    """Draws one value of a document anew, if it has any that can change by itself."""
    found = [place for place in places(builder.kind, document) if _stands_alone(builder.kind, place)]
    if found:
        place = builder.draw(st.sampled_from(found))
        written = at(document, place.path[:-1])
        written[place.path[-1]] = builder.value(place.said, place.field)


def _stands_alone(kind: Kind, place: Place) -> bool:
    """Whether a value may change without regard to the rest of the document."""
    if len(place.path) < 2 or place.path[:2] in {("metadata", name) for name in _IDENTITY}:
        return False
    immutable = place.path[0] == "spec" and message(kind.spec).fields[str(place.path[1])].immutable
    holder = place.holder
    tied = holder is not None and (holder.reference or holder.secret_holder)
    names_item = place.field.name in ("name", "ref")  # another item may have the name that is drawn
    return not (immutable or tied or names_item or isinstance(place.path[-1], int))


def _make(draw: Draw, world: _World, kind: Kind, org: str | None = None) -> Key:
    """Draws one more document of a kind, and first whatever it names."""
    name = draw(scalars.names)
    if org is None:
        org = draw(st.sampled_from([DEFAULT_ORG, DEFAULT_ORG, "acme"]))
    key = Key(kind.name, "" if kind.is_global else org, name)
    while key in world.taken:
        key = key._replace(name=f"{name}-{len(world.taken)}")
    return _make_key(draw, world, key)


def _make_key(draw: Draw, world: _World, key: Key) -> Key:
    world.taken.add(key)
    world.depth += 1
    document = _Builder(draw, world, kind_named(key.kind)).document(key)
    world.depth -= 1
    world.made.documents[key] = document
    return key


class _Builder:
    """Draws one document of a kind."""

    def __init__(self, draw: Draw, world: _World, kind: Kind) -> None:
        self.draw = draw
        self.world = world
        self.kind = kind
        self.key = Key("", "", "")
        self.definitions: dict[str, Schema] = schema_of(kind)["$defs"]
        self.within: list[str] = []
        # What is only there because something names it is kept small.
        self.extras = 3 if world.depth <= 1 else 0
        self.nesting = _NESTING if world.depth <= 1 else 1

    def document(self, key: Key) -> Document:
        """A document with this identity."""
        self.key = key
        drawn = self.object(schema_of(self.kind), message(self.kind.message))
        metadata = drawn["metadata"]
        metadata["name"] = key.name
        metadata.pop("org", None)
        if key.org and (key.org != DEFAULT_ORG or self.draw(st.booleans())):
            metadata["org"] = key.org
            self.exists(Key("Organization", "", key.org))
        if "renamed_from" in metadata:
            metadata["renamed_from"] = f"was-{key.name}"[:63].rstrip("-")
        for name in ("labels", "annotations"):
            if name in metadata:
                metadata[name] = {
                    key: value for key, value in metadata[name].items() if not key.startswith(RESERVED)
                }
        return drawn

    def exists(self, key: Key) -> None:
        """Sees to it that something the document names is declared before it."""
        if self.world.closed and key not in self.world.taken and key.name != DEFAULT_ORG:
            _make_key(self.draw, self.world, key)

    def object(self, schema: Schema, about: Message) -> Document:
        """A map with the fields of a message."""
        drawn = {}
        for name in self.present(schema, about):
            found = about.fields["api_version" if name == "apiVersion" else name]
            drawn[name] = self.value(schema["properties"][name], found)
        if about.reference:
            self.point(drawn, schema)
        source = drawn.keys() & {"value", "value_from"}
        if about.secret_holder and self.world.closed and drawn.get("is_secret") and not source:
            drawn["value"] = self.draw(scalars.texts)
        return drawn

    def present(self, schema: Schema, about: Message) -> list[str]:
        """The names of the fields that are there: what is required, one of each group, and a few more."""
        barred = _UNREADABLE.get(about.name, set()) if self.world.closed else set()
        properties = {
            name: inner
            for name, inner in schema["properties"].items()
            if name not in barred | {"sops"} and not self.too_deep(inner)
        }
        required = [name for name in schema.get("required", ()) if name in properties]
        optional = [name for name in properties if name not in required]
        extras = self.extras if self.extras or about.name != self.kind.spec else 1
        chosen = dict.fromkeys(required)
        if optional and extras:
            chosen |= dict.fromkeys(self.draw(st.lists(st.sampled_from(optional), max_size=extras)))
        groups = [schema, *schema.get("allOf", ())]
        picked: set[str] = set()
        passed: set[str] = set()
        for group in (each["x-exactly-one"] for each in groups if "x-exactly-one" in each):
            open_to = [name for name in group if name in properties and name not in passed - picked]
            one = next((name for name in group if name in picked), None) or self.draw(
                st.sampled_from(open_to)
            )
            picked.add(one)
            passed.update(group)
            chosen = {name: None for name in chosen if name not in group} | {one: None}
        for group in (each["x-at-most-one"] for each in groups if "x-at-most-one" in each):
            there = [name for name in group if name in chosen]
            kept = next((name for name in there if name in picked), there[0] if there else None)
            chosen = {name: None for name in chosen if name not in group or name == kept}
        return list(chosen)

    def too_deep(self, schema: Schema) -> bool:
        """Whether a value would hold again what it already stands in often enough, or call for a document like this one."""
        if self.world.depth > 1 and self.kind.name in schema.get("x-references", ()):
            return True
        return any(self.within.count(name) >= self.nesting for name in _reached(self.kind, schema))

    def value(self, schema: Schema, about: Field | None) -> Any:
        """A value of a field, or of an item of it."""
        draw = self.draw
        if about is not None and about.repeated and schema.get("type") == "array":
            return self.items(schema, about)
        if about is not None and about.map and schema.get("type") == "object":
            return self.entries(schema, about)
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            self.within.append(name)
            drawn = self.object(self.definitions[name], message((about and about.message) or ""))
            self.within.pop()
            return drawn
        if about is not None and about.is_reference:
            return self.reference(kind_named(draw(st.sampled_from(about.references))))
        if about is not None and about.text_file and draw(st.integers(0, 3)) == 0:
            return {"file": self.file(schema.get("minLength", 0))}
        if about is not None and about.name == "file" and about.type == "string":
            return self.file(1)
        if about is not None and about.name == "age":
            return SEALED  # its form is checked, though only an identity tells whether it opens
        drawn = draw(scalars.of_schema(schema))
        if about is not None and about.name == "env" and not about.map and self.world.closed:
            self.world.made.environ[drawn] = f"the value of {drawn}"
        return drawn

    def items(self, schema: Schema, about: Field) -> list[Any]:
        """A list, its items told apart where they have to be."""
        if about.name == "depends_on":
            return self.others()
        if about.name == "ignore_changes":
            ignorable = [path for path in scalars.IGNORED if ignore_problem(self.kind, path) is None]
            ignored: list[str] = self.draw(st.lists(st.sampled_from(ignorable), unique=True, max_size=2))
            return ignored
        least = schema.get("minItems", 0)
        count = self.draw(st.integers(least, least + 2))
        items: dict[Any, Any] = {}
        for _ in range(count):
            item = self.value(schema["items"], about)
            if about.named_by and "name" in item:
                name = self.draw(scalars.item_names)
                item["name"] = name if name not in items else f"{name}-{len(items)}"
            known = item_name(about, item) if about.named_by else None
            unique = known or (orjson.dumps(item) if schema.get("uniqueItems") else len(items))
            items.setdefault(unique, item)
        return list(items.values())

    def entries(self, schema: Schema, about: Field) -> dict[str, Any]:
        """A map from strings."""
        keys = scalars.of_schema({"type": "string"} | schema.get("propertyNames", {}))
        drawn = self.draw(st.lists(keys, unique=True, max_size=3, min_size=schema.get("minProperties", 0)))
        return {name: self.value(schema["additionalProperties"], about) for name in drawn}

    def file(self, least: int) -> str:
        """A text in a file of its own, by its name."""
        name = f"text-{len(self.world.made.files)}.md"
        self.world.made.files[name] = self.draw(scalars.texts).replace("\0", "0").ljust(least, "x")
        return name

    def target(self, kind: Kind) -> Key:
        """Something of a kind that may be named here."""
        if not self.world.closed:
            return Key(kind.name, "" if kind.is_global else self.key.org, self.draw(scalars.names))
        known = [key for key in self.world.made.documents if key.kind == kind.name]
        found: Key | None = self.draw(st.sampled_from([*known, None]))
        return found or _make(self.draw, self.world, kind, self.key.org or DEFAULT_ORG)

    def reference(self, kind: Kind) -> Any:
        """A reference in one of its spellings."""
        key = self.target(kind)
        # A global resource is in no organization: what it names without one is looked for in the default.
        says_org = bool(key.org) and (key.org != (self.key.org or DEFAULT_ORG) or self.draw(st.booleans()))
        version = self.draw(st.sampled_from(scalars.VERSIONS))
        if self.draw(st.booleans()):
            short = f"{key.org}/{key.name}" if says_org else key.name
            return short if version is None else f"{short}@{version}"
        long = {"name": key.name}
        if says_org:
            long["org"] = key.org
        return long if version is None else long | {"version": version}

    def point(self, drawn: Document, schema: Schema) -> None:
        """Makes a map whose `kind` says what its `name` names point to something."""
        wanted = [kind for kind in DECLARABLE if "org" in schema["properties"] or kind.is_global]
        if self.world.depth > 1:
            wanted.remove(self.kind)
        spelled = [name for name in schema["properties"]["kind"]["enum"] if find_kind(name) in wanted]
        drawn["kind"] = self.draw(st.sampled_from(spelled))
        kind = find_kind(drawn["kind"])
        assert kind is not None
        key = self.target(kind)
        drawn.pop("org", None)
        drawn["name"] = key.name
        if key.org and (key.org != (self.key.org or DEFAULT_ORG) or self.draw(st.booleans())):
            drawn["org"] = key.org

    def others(self) -> list[str]:
        """What else the document is to come after, as `kind/name`."""
        found = []
        for kind in self.draw(st.lists(st.sampled_from(DECLARABLE), max_size=2)):
            key = self.target(kind)
            word = self.draw(st.sampled_from([kind.name, kind.plural, kind.slug, kind.id_prefix]))
            elsewhere = key.org not in ("", self.key.org or DEFAULT_ORG)
            found.append(f"{word}/{key.org}/{key.name}" if elsewhere else f"{word}/{key.name}")
        return list(dict.fromkeys(found))


def _reached(kind: Kind, schema: Schema) -> frozenset[str]:
    """The definitions that a value of a schema may hold."""
    return frozenset().union(*(_below(kind, name) for name in _named(schema)), _named(schema))


@cache
def _below(kind: Kind, definition: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = [definition]
    while waiting:
        for name in _named(schema_of(kind)["$defs"][waiting.pop()]) - found:
            found.add(name)
            waiting.append(name)
    return frozenset(found)


def _named(schema: Any) -> set[str]:
    """The definitions that a schema names itself."""
    if isinstance(schema, list):
        return set().union(*map(_named, schema))
    if not isinstance(schema, dict):
        return set()
    here = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
    return here.union(*map(_named, schema.values()))
