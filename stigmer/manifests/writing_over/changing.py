# SPDX-License-Identifier: Apache-2.0
"""What differs between two bodies, as changes to the text of the first.

Both are bodies as manifests write them (`display`). Whatever is equal in them keeps its spelling: a reference its long form, a set its
order, a text the file it is in, a secret its source. Items of named lists are matched by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from stigmer.manifests.render import Remark
from stigmer.manifests.writing_over.edits import Edits, WritingError
from stigmer.manifests.writing_over.places import Branch, Entry, Leaf, Place
from stigmer.resources.fields import (
    Field,
    enum_by_spelling,
    enum_spelling,
    item_name,
    message,
    written_fields,
)
from stigmer.resources.kinds import Kind, find_kind, kind_named
from stigmer.resources.references import parse_reference, short_reference
from stigmer.resources.same import same

PutText = Callable[[str, str], bool]
"""Keeps a text for the file that a manifest names; False where it cannot be written there."""

_NOTHING = Field("", "value")


@dataclass(frozen=True, slots=True)
class Changing:
    """One document that is changed: the edits to its text, its organization, and what takes the texts of files."""

    edits: Edits
    org: str
    put_text: PutText

    def document(self, kind: Kind, root: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Brings a manifest that says `old` to say `new`. Raises WritingError."""
        if not isinstance(root, Branch) or not self._map(
            Field("", "message", message=kind.message), root, old, new
        ):
            raise WritingError("nothing of it would stay")

    def _value(self, about: Field, branch: Branch, entry: Entry, old: Any, new: Any) -> None:
        place = entry.value
        if same(old, new):
            return
        secrets = [_holds_secret(about, each) for each in (old, new)]
        changed = False
        if isinstance(place, Branch) and secrets[0] == secrets[1]:
            file = _file_of(place) if about.text_file else None
            if file is not None and isinstance(new, str):
                changed = self.put_text(file, new)
            elif about.is_reference and place.is_map and isinstance(new, str):
                changed = self._reference(kind_named(about.references[0]), place, new)
            elif place.is_map and isinstance(old, dict) and isinstance(new, dict):
                changed = self._map(about, place, old, new)
            elif not place.is_map and isinstance(old, list) and isinstance(new, list):
                changed = self._list(about, place, old, new)
        if not changed and all(secrets):  # what stands for it here says nothing of where it comes from
            raise WritingError("the source of a secret would be lost")
        if not changed:
            self.edits.replace(branch, entry, new)

    def _map(self, about: Field, place: Branch, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Changes a map entry by entry; False where none would stay."""
        written = {each.name: each for each in place.entries}
        gone = [each for name, each in written.items() if name in old and name not in new]
        file = self._file(about, written, old, new)
        stays = [each for each in place.entries if each not in gone]
        if not stays:
            return False
        order = list(_known(about))
        for name, value in new.items():
            if name in written:
                self._value(_entry_field(about, name), place, written[name], old.get(name), value)
            elif name != file and not (name in old and same(old[name], value)):
                self.edits.insert(place, _before(name, order, stays), name, value)
        if gone:
            self.edits.remove(place, gone)
        return True

    def _file(
        self, about: Field, written: Mapping[str, Entry], old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> str | None:
        """The name of the field whose text is in the file that another field names, None where there is none."""
        for name, entry in written.items():
            content = _entry_field(about, name).file_of
            if content is not None and content in new and isinstance(entry.value, Leaf):
                if same(old.get(content), new[content]) or self.put_text(entry.value.value, new[content]):
                    return content
                raise WritingError(f"'{entry.value.value}' cannot be written")
        return None

    def _reference(self, target: Kind, place: Branch, new: str) -> bool:
        """Changes a reference in its long form."""
        old = {each.name: each.value.value for each in place.entries if isinstance(each.value, Leaf)}
        wanted = parse_reference(new, target, self.org)
        if "org" not in old and wanted.get("org") == self.org:
            del wanted["org"]
        return self._map(_NOTHING, place, old, wanted)

    def _list(self, about: Field, place: Branch, old: list[Any], new: list[Any]) -> bool:
        """Changes a list item by item; False where none would stay."""
        entries = place.entries
        if about.set:
            said = [_said(about, each.value, self.org) for each in entries]
            if any(each is None for each in said):
                return False
            old = [each for each in said if each is not None]
            new = [each for each in dict.fromkeys(old) if each in new] + [
                each for each in new if each not in old
            ]
        if len(old) != len(entries) or not old or not new:
            return False
        item = replace(about, repeated=False, set=False, named_by=()) if about is not _NOTHING else _NOTHING
        names = _names(about, old, new)
        gone: list[int] = []
        added: list[tuple[Entry | None, int]] = []
        for _, i1, i2, j1, j2 in SequenceMatcher(None, *names, autojunk=False).get_opcodes():
            both = min(i2 - i1, j2 - j1)
            for number in range(both):
                self._value(item, place, entries[i1 + number], old[i1 + number], new[j1 + number])
            last = next((each for each in range(i1 + both - 1, -1, -1) if each not in gone), None)
            added += [(None if last is None else entries[last], each) for each in range(j1 + both, j2)]
            gone += range(i1 + both, i2)
        moved = {names[0][number]: number for number in gone}
        for after, number in added:
            former = moved.pop(names[1][number], None)
            if former is not None and not place.flow and same(old[former], new[number]):
                self.edits.copy(place, entries[former], after)
            else:
                self.edits.insert(place, after, None, new[number])
        if gone:
            self.edits.remove(place, [entries[number] for number in gone])
        return True


def _known(about: Field) -> Mapping[str, Field]:
    """The fields of a value that is a message, by the keys that manifests write; of anything else none."""
    is_message = about.type == "message" and about.message is not None and not (about.map or about.repeated)
    return written_fields(about.message or "") if is_message else {}


def _entry_field(about: Field, name: str) -> Field:
    """What is known of an entry of a map."""
    return replace(about, map=False) if about.map else _known(about).get(name, _NOTHING)


def _holds_secret(about: Field, value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("value"), Remark):
        return False
    return about.message is not None and not about.map and message(about.message).secret_holder


def _file_of(place: Branch) -> str | None:
    """The file that a text is in, None where it is in none."""
    first = place.entries[0] if len(place.entries) == 1 else None
    return first.value.value if first and first.name == "file" and isinstance(first.value, Leaf) else None


def _before(name: str, order: list[str], stays: list[Entry]) -> Entry | None:
    """The entry after which a new one belongs: the nearest before it in the protos' order, else the last."""
    if name not in order:
        return stays[-1]
    rank = {each: number for number, each in enumerate(order)}
    before = [each for each in stays if rank.get(each.name, len(rank)) < rank[name]]
    return max(before, key=lambda each: rank[each.name], default=None)


def _said(about: Field, place: Place, org: str) -> str | None:
    """An item of a set as it is displayed, None for what is no plain text."""
    if not isinstance(place, Leaf) or place.style == "*":
        return None
    if about.name == "depends_on":
        word, _, rest = place.value.partition("/")
        target = find_kind(word)
        if target is None:
            return None
        return f"{target.slug}/{short_reference(parse_reference(rest, target, org), org)}"
    if about.is_reference:
        return short_reference(parse_reference(place.value, kind_named(about.references[0]), org), org)
    if about.type == "enum":
        return enum_spelling(about.enum or "")[enum_by_spelling(about.enum or "")[place.value]]
    return place.value


def _names(about: Field, old: list[Any], new: list[Any]) -> tuple[list[str], list[str]]:
    """By what the items of two lists are matched: their names where all have one, else what they are."""
    if about.named_by and all(item_name(about, each) is not None for each in (*old, *new)):
        return [item_name(about, each) or "" for each in old], [item_name(about, each) or "" for each in new]
    whole = [[json.dumps(each, sort_keys=True, default=str) for each in items] for items in (old, new)]
    return whole[0], whole[1]
