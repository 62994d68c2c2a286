# SPDX-License-Identifier: Apache-2.0
"""The entries of manifests that may hold secrets, as a file has them, and other sources put into the place of their values.

for entry in entries(source):   # each environment's values, and those of executions
    entry.text, entry.armored  # what is written there
said(source.data, {entry: Sealed(armored)})   # the same bytes but for that entry
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.recognize import Unrecognized, recognize
from stigmer.manifests.source import Source
from stigmer.manifests.writing_over.edits import Edits, WritingError
from stigmer.manifests.writing_over.places import Branch, Entry, Place, roots
from stigmer.resources.confidential import Secret
from stigmer.resources.fields import message
from stigmer.resources.kinds import Kind, kinds_by_name
from stigmer.resources.paths import Path
from stigmer.resources.resource import SOPS_KEY, encode

_MARK = "\ufeff"
_WRITTEN = ("value", "value_from")


@dataclass(frozen=True, slots=True, eq=False)
class ValueEntry:
    """An entry of a file: the number of its document, the steps to it, what it belongs to (`environment/prod`), where what it says of
    its value stands, and what it says."""

    document: int
    steps: Path
    resource: str
    location: Location
    said: Mapping[str, Any] = field(repr=False)  # may hold a secret

    @property
    def name(self) -> str:
        """The name of the value."""
        return str(self.steps[-1])

    @property
    def path(self) -> str:
        """Its resource and its name, `environment/prod/STRIPE_KEY`."""
        return f"{self.resource}/{self.name}"

    @property
    def is_secret(self) -> bool:
        """Whether it is marked as a secret."""
        return self.said.get("is_secret") is True

    @property
    def text(self) -> str | None:
        """What is written as its value, be it secret or not; None where that is no text."""
        value = self.said.get("value")
        return value if isinstance(value, str) else None

    @property
    def armored(self) -> str | None:
        """The ciphertext of a sealed value, None where there is none."""
        source = self.said.get("value_from")
        armored = source.get("age") if isinstance(source, dict) else None
        return armored if isinstance(armored, str) else None

    def diagnostic(self, severity: Severity, code: str, words: str, hint: str | None = None) -> Diagnostic:
        """Something to be said of it."""
        place = ".".join(map(str, self.steps))
        return Diagnostic(severity, code, words, hint, self.location, self.resource, place)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an entry is to say: its value comes from this ciphertext."""

    armored: str


@dataclass(frozen=True, slots=True)
class Clear:
    """What an entry is to say: its value, in clear, and that it is a secret, which nothing else says then."""

    value: Secret


def entries(source: Source) -> tuple[list[ValueEntry], list[Diagnostic]]:
    """The entries of a source that may hold a secret, in order, and what is wrong with its documents.

    What sops encrypted is left to sops.
    """
    found: list[ValueEntry] = []
    wrong: list[Diagnostic] = []
    for document in yaml.read_each(source.data):
        if isinstance(document, yaml.YamlError):
            wrong.append(document.diagnostic(source.name))
            continue
        value = document.value
        if isinstance(value, dict) and SOPS_KEY in value:
            continue
        kind = _kind(value)
        if isinstance(kind, Unrecognized):
            place = Location(source.name, *yaml.locate(document.node, kind.path, key=kind.key))
            wrong.append(kind.diagnostic(place, strict=source.named))
            continue
        found += _of(kind, document, source.name)
    return found, wrong


def said(data: bytes, wanted: Mapping[ValueEntry, Sealed | Clear]) -> bytes:
    """The bytes of a source with other values in some of its entries, everything else as it is. Raises WritingError."""
    whole = data.decode()
    text = whole.removeprefix(_MARK)
    edits, documents = Edits(text), roots(text)
    for entry, what in wanted.items():
        branch = _branch(documents[entry.document], entry.steps)
        sealed = isinstance(what, Sealed)
        old = next((each for each in branch.entries if each.name in _WRITTEN), None)
        if old is None or old.key is None:
            raise WritingError("an alias stands for its key")
        value: Any = {"age": what.armored} if isinstance(what, Sealed) else what.value.reveal()
        # A comment on the line of the key stays; a clear value may itself hold what looks like one.
        lost = text[old.key.end : old.value.start if sealed else old.value.end]
        if "#" in lost.partition("\n")[2]:
            raise WritingError("a comment between its key and its value would be lost")
        edits.rename(old, _WRITTEN[sealed])
        edits.replace(branch, old, value)
        if not sealed and not entry.is_secret:
            _mark(edits, branch)
    made = (_MARK * whole.startswith(_MARK) + edits.result()).encode()
    _check(data, made, wanted)
    return made


def _mark(edits: Edits, branch: Branch) -> None:
    """Says that an entry is a secret: before all else in it, where no text of its value can swallow that."""
    said = next((each for each in branch.entries if each.name == "is_secret"), None)
    if said is not None:
        edits.replace(branch, said, True)
    else:
        edits.insert(branch, None, "is_secret", True)


def _kind(value: Any) -> Kind | Unrecognized:
    """The kind of a document; an overlay need not say its apiVersion."""
    if isinstance(value, dict) and "apiVersion" not in value:
        named = value.get("kind")
        kind = kinds_by_name().get(named) if isinstance(named, str) else None
        if kind is not None and kind.declarable:
            return kind
    return recognize(value)


def _of(kind: Kind, document: yaml.RawDocument, file: str) -> Iterator[ValueEntry]:
    about = message(kind.message).fields["spec"].message
    spec, metadata = document.value.get("spec"), document.value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    resource = f"{kind.slug}/{name}" if isinstance(name, str) else kind.slug
    if about is None or not isinstance(spec, dict):
        return
    for each in message(about).fields.values():
        holds = each.map and each.message is not None and message(each.message).secret_holder
        values = spec.get(each.name) if holds else None
        for key, what in values.items() if isinstance(values, dict) else ():
            if isinstance(what, dict):
                steps = ("spec", each.name, key)
                written = next((field for field in _WRITTEN if field in what), None)
                path = steps if written is None else (*steps, written)
                place = Location(file, *yaml.locate(document.node, path, key=True))
                yield ValueEntry(document.index, steps, resource, place, what)


def _branch(root: Place, steps: Path) -> Branch:
    """The map that an entry is. Raises WritingError where it is written as an alias."""
    place = root
    for step in steps:
        found: Entry | None = None
        if isinstance(place, Branch):
            found = next((each for each in place.entries if each.name == step), None)
        if found is None:
            raise WritingError("an alias stands for it")
        place = found.value
    if not isinstance(place, Branch):
        raise WritingError("an alias stands for it")
    return place


def _check(before: bytes, after: bytes, wanted: Mapping[ValueEntry, Sealed | Clear]) -> None:
    """Reads what was made. Raises WritingError where more than what is wanted would change."""
    # Through bytes, so that what aliases share is not shared any more.
    expected = {each.index: orjson.loads(encode(each.value)) for each in yaml.read(before)}
    for entry, what in wanted.items():
        place = expected[entry.document]
        for step in entry.steps:
            place = place[step]
        for written in _WRITTEN:
            place.pop(written, None)
        if isinstance(what, Sealed):
            place["value_from"] = {"age": what.armored}
        else:
            place |= {"value": what.value.reveal(), "is_secret": True}
    try:
        found = {each.index: encode(each.value) for each in yaml.read(after)}
    except yaml.YamlError as error:
        alias = error.code == "yaml.syntax"  # whose anchor is gone
        raise WritingError("an alias elsewhere stands for the value" if alias else error.message) from None
    if found != {number: encode(value) for number, value in expected.items()}:
        raise WritingError("more than that would change, as where an alias elsewhere stands for it")
