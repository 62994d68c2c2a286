# SPDX-License-Identifier: Apache-2.0
"""A web as a tree in text: from what nothing refers to down, each resource unfolded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stigmer.cli.console import Style, visible
from stigmer.cli.web import Link, Web, full_name
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

_DEEPEST = 40  # levels; what is deeper gets a tree of its own, so that a long chain stays readable and its text short

_MISSING = ("?", "not among these manifests")
_ABOVE = ("^", "unfolded above")
_CIRCLE = ("@", "a circle: it leads back here")
_BELOW = ("v", "unfolded below")


def tree(web: Web, style: Style, *, backwards: bool, start: Key | None = None) -> str:
    """The tree, with what its marks mean where it has any; `start` is its one root if given."""
    drawing = _Drawing(web, style, backwards=backwards)
    lines = list(drawing.lines([start] if start is not None else drawing.roots()))
    if start is None:
        lines += drawing.rest()
    if drawing.marks:
        lines += ["", *(style.paint("dim", f"{mark} {meaning}") for mark, meaning in sorted(drawing.marks))]
    return "".join(f"{line}\n" for line in lines)


@dataclass(slots=True)
class _Open:
    """A resource whose links are being drawn: those still to come, and what stands before each of their lines."""

    key: Key
    links: Iterator[tuple[Link, bool]]
    indent: str


class _Drawing:
    """A tree that is being drawn: what was unfolded so far, and which marks were needed."""

    def __init__(self, web: Web, style: Style, *, backwards: bool) -> None:
        self.web = web
        self.style = style
        self.backwards = backwards
        self.links = web.from_each(backwards=backwards)
        self.back = web.from_each(backwards=not backwards)
        self.with_org = len({key.org for key in web.keys if key.org}) > 1
        self.done: set[Key] = set()
        self.later: dict[Key, None] = {}
        self.marks: set[tuple[str, str]] = set()

    def roots(self) -> list[Key]:
        """What nothing leads to and that leads somewhere; then one of each circle that nothing leads into."""
        return [key for key in self.web.keys if self.links[key] and not self.back[key]]

    def rest(self) -> Iterator[str]:
        """What no root leads to: circles, then what is connected with nothing."""
        for key in self.web.keys:
            if self.links[key] and key not in self.done:
                yield from self.lines([key])
        alone = [key for key in self.web.keys if not self.links[key] and not self.back[key]]
        if alone and self.done:
            yield ""
            yield self.style.paint("dim", "connected with nothing:")
        yield from (self.begun(key) for key in alone)

    def lines(self, roots: list[Key]) -> Iterator[str]:
        """The trees of some roots, and of what was too deep in them."""
        for root in roots:
            yield self.begun(root)
            yield from self.below(root)
            while self.later:
                key = next(iter(self.later))
                del self.later[key]
                if key not in self.done:
                    yield self.name(key)
                    yield from self.below(key)

    def below(self, root: Key) -> Iterator[str]:
        """What a root leads to, without recursion: a chain may be long."""
        stack = [self.opened(root, "")]
        on_way = {root}
        while stack:
            top = stack[-1]
            following = next(top.links, None)
            if following is None:
                stack.pop()
                on_way.discard(top.key)
                continue
            link, last = following
            key = link.source if self.backwards else link.target
            mark = self.mark(key, on_way, len(stack))
            branch, indent = ("└─ ", "   ") if last else ("├─ ", "│  ")
            yield f"{self.style.paint('dim', top.indent + branch)}{self.named(key, link, mark)}"
            if self.links[key] and mark is None:
                stack.append(self.opened(key, top.indent + indent))
                on_way.add(key)

    def opened(self, key: Key, indent: str) -> _Open:
        self.done.add(key)
        links = self.links[key]
        return _Open(key, iter([(link, link is links[-1]) for link in links]), indent)

    def mark(self, key: Key, on_way: set[Key], depth: int) -> tuple[str, str] | None:
        """What is to be said of a resource that a link leads to, other than that it is unfolded here."""
        if key not in self.web.places:
            return _MISSING
        if key in on_way:
            return _CIRCLE
        if not self.links[key]:
            return None
        if key in self.done:
            return _ABOVE
        if depth >= _DEEPEST:
            self.later[key] = None
            return _BELOW
        return None

    def named(self, key: Key, link: Link, mark: tuple[str, str] | None) -> str:
        """A resource with the field that refers to it, or in which it refers, and its mark."""
        if mark is not None:
            self.marks.add(mark)
        sign = f"{self.style.paint('yellow', mark[0])} " if mark is not None else ""
        version = f"@{link.version}" if link.version is not None and not self.backwards else ""
        return f"{sign}{self.name(key)}{visible(version)}  {self.style.paint('dim', visible(link.field))}"

    def begun(self, key: Key) -> str:
        """A resource with which a tree begins."""
        if key in self.web.places:
            return self.name(key)
        self.marks.add(_MISSING)
        return f"{self.style.paint('yellow', _MISSING[0])} {self.name(key)}"

    def name(self, key: Key) -> str:
        return visible(full_name(key) if self.with_org else label(key))
