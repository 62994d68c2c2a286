# SPDX-License-Identifier: Apache-2.0
"""Whether what is applied is the whole of its set: where it comes from, compared with where the set came from before.

A set remembers the smallest place that holds all it was ever applied from, and only from there may it be pruned.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stigmer.backends.contract import SetRecord, SetSource
from stigmer.errors import Diagnostic, Severity
from stigmer.reconcile.options import PlanOptions

_AND = ", "
_MAGIC = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Whole:
    """Where the store is to know the set from.

    `source` is None where what it knows stays, `moves` says that it is news, `takes` that the store has to be told so, because it
    knows another one. With errors in `diagnostics` nobody can say what of the set is missing.
    """

    source: SetSource | None = None
    moves: bool = False
    takes: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the set may not be applied, or not be pruned, from here."""
        return any(each.severity is Severity.ERROR for each in self.diagnostics)


def source_of(remote: str | None, paths: Sequence[str]) -> SetSource:
    """The source that several paths of one place are together, in whatever order they were said; paths inside of others go."""
    apart = [path for path in set(paths) if not any(_inside(path, other) for other in paths if other != path)]
    return SetSource(remote, _AND.join(sorted(apart)))


def whole(options: PlanOptions, record: SetRecord | None, *, owns: bool) -> Whole:
    """What the options mean for the set of which `record` is known; `owns` says that it owns anything."""
    name, source = options.set or "", options.source
    known = None if record is None else record.source
    if source is None:
        return Whole(diagnostics=_unknown(name)) if options.part and options.prune else Whole()
    if known is None:
        refused = options.part and options.prune and owns and not options.adopt
        return Whole(source, moves=True, diagnostics=_never_whole(name, source) if refused else ())
    if known == source:
        return Whole(source)
    if options.part and not options.prune and known.remote == source.remote:
        return Whole() if _holds(known, source) else _widened(name, known, source)
    if options.adopt or record is None:
        return Whole(source, moves=True, takes=True)
    partial = options.part and options.prune and _holds(known, source)
    return Whole(
        source, diagnostics=_partial(name, known, source) if partial else tuple(record.against(source))
    )


def _widened(name: str, known: SetSource, source: SetSource) -> Whole:
    """The set is applied from one more place, so its whole is what holds both."""
    plain_paths = [plain(path) for each in (known, source) for path in each.path.split(_AND)]
    both = SetSource(known.remote, posixpath.commonpath(plain_paths) or ".")
    if both == known:
        return Whole()
    words = f"set {name} is applied from {both} from now on; so far it was {known}"
    hint = "if the two do not belong together, give this a set of its own"
    found = Diagnostic(Severity.INFO, "set.widened", words, hint)
    return Whole(both, moves=True, takes=True, diagnostics=(found,))


def _holds(outer: SetSource, inner: SetSource) -> bool:
    """Whether all that comes from the one lies in the other."""
    roots = outer.path.split(_AND)
    return outer.remote == inner.remote and all(
        any(_inside(path, root) for root in roots) for path in inner.path.split(_AND)
    )


def _inside(path: str, root: str) -> bool:
    return (
        path == root or (root == "." and not path.startswith("/")) or path.startswith(root.rstrip("/") + "/")
    )


def plain(path: str) -> str:
    """The path as far as it is no pattern, the directory that all that matches is in."""
    found = _MAGIC.search(path)
    return path if found is None else posixpath.dirname(path[: found.start()]) or "."


def _partial(name: str, known: SetSource, source: SetSource) -> tuple[Diagnostic, ...]:
    words = f"set {name} is applied from {known}, and {source} is only a part of that"
    return (_refused(words, "to prune, name all of it; --adopt makes this part all of the set"),)


def _never_whole(name: str, source: SetSource) -> tuple[Diagnostic, ...]:
    words = f"set {name} was never applied as a whole, so nothing says that {source} is all of it"
    return (_refused(words, "apply it once without --prune, from the directory that holds all of it"),)


def _unknown(name: str) -> tuple[Diagnostic, ...]:
    words = f"nothing says that standard input is all of set {name}"
    return (_refused(words, "name files or directories with -f, or leave out --prune"),)


def _refused(words: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "prune.partial", words, hint)
