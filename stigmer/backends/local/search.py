# SPDX-License-Identifier: Apache-2.0
"""Full-text search over skills."""

from __future__ import annotations

import apsw

from stigmer.backends.contract import Hit
from stigmer.backends.local.schema import search_table, searched_columns
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named

_EXCERPT_WORDS = 16
_NAMED_WEIGHT, _DESCRIBED_WEIGHT = 8.0, 1.0


def search(connection: apsw.Connection, text: str, org: str | None, limit: int) -> tuple[Hit, ...]:
    """Skills in which all the words occur, the last one as the beginning of a word perhaps; the best first."""
    query = match_query(text)
    if not query or limit < 1:
        return ()
    kind = kind_named("Skill")
    table = search_table(kind)
    weights = [_NAMED_WEIGHT, _NAMED_WEIGHT, *(_DESCRIBED_WEIGHT for _ in searched_columns(kind))]
    rows = connection.execute(
        f"SELECT r.org, r.name, r.title, snippet({table}, -1, '[', ']', '…', {_EXCERPT_WORDS})"
        f" FROM {table} JOIN {kind.table} AS r ON r.seq = {table}.rowid"
        f" WHERE {table} MATCH ?1 AND (?2 IS NULL OR r.org = ?2)"
        f" ORDER BY bm25({table}, {', '.join(map(str, weights))}), r.org, r.name LIMIT ?3",
        (query, org, limit),
    )
    return tuple(Hit(Key(kind.name, org_, name), title, excerpt) for org_, name, title, excerpt in rows)


def match_query(text: str) -> str:
    """The words as FTS5 takes them, none of them an operator; what holds no letter or digit is no word."""
    words = [
        word for word in text.replace("\0", " ").split() if any(character.isalnum() for character in word)
    ]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " ".join(quoted) + "*" if quoted else ""
