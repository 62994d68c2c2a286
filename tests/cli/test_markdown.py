# SPDX-License-Identifier: Apache-2.0
"""The comment of a pull request: it says the worst first, always fits, and nothing that a manifest holds gets out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from syrupy.assertion import SnapshotAssertion

from stigmer.cli.plan_outputs import Told
from stigmer.cli.plan_outputs.escaping import code, fenced, html_prose, prose
from stigmer.cli.plan_outputs.fitting import size
from stigmer.cli.plan_outputs.markdown import LIMIT, mark, markdown, markdown_of_problems
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.meaning.meaning import Capability, Danger, Meaning, Shift
from stigmer.reconcile.plan import Cause, Change, Delete, FieldChange, Op, Release
from stigmer.resources.keys import Key
from tests.cli.rich_plan import CHANGES, create, large, plan, replaced, rich, update

_TAGS = {"h3", "h4", "p", "ul", "li", "strong", "hr", "br", "details", "summary", "pre", "code"}
_TABLE = {"table", "tr", "th", "td"}
_ALONE = {"br", "hr"}  # never closed
# What GitHub makes of text that is not code: mentions, issues, addresses, commits.
_LINKED = re.compile(r"@\w|#\d|\bGH-\d|://|www\.|\b[0-9a-f]{7,40}\b")


@dataclass
class Seen(HTMLParser):
    """What a comment is when GitHub has rendered it: its tags, and its text that is not code."""

    open: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    all: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("code", "td") or not attrs, (tag, attrs)
        self.tags.add(tag)
        if tag not in _ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        is_code = "code" in self.open
        self.all.append(data)
        (self.code if is_code else self.text).append(data)
        if self.open[-1:] == ["h4"]:
            self.headings.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def seen(text: str) -> Seen:
    """The comment as it is shown. Fails where a tag is not closed in its place."""
    found = Seen()
    found.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    found.close()
    assert found.open == []
    return found


def shown(told: Told) -> str:
    return markdown(told, lambda file: file)


def names(told: Told) -> list[str]:
    """The headings of the groups, in their order."""
    return [re.sub(r" \(.*", "", each) for each in seen(shown(told)).headings]


# What it says first


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ((), "### `shop`: no changes, 2 unchanged"),
        (CHANGES[:1], "### `shop`: 1 to create, 2 unchanged"),
        (
            (Delete(Key("Agent", "default", "old-bot"), "agt_1", 3), *CHANGES[:1]),
            "### `shop`: 1 to create, 1 to delete, 2 unchanged. **Deletes `agent/old-bot`**",
        ),
        (
            (update(Key("Agent", "", "bot"), None, replaced("spec.x", 1, 2, Cause.DRIFT)),),
            "### `shop`: 1 to update (1 drifted), 2 unchanged. **Puts back what was changed in `agent/bot`**",
        ),
        (
            (update(Key("Agent", "", "bot"), None, replaced("spec.x", 1, 2, Cause.BOTH)),) * 2,
            "### `shop`: 2 to update (2 in conflict), 2 unchanged. **Overwrites what somebody else changed in `agent/bot` and 1 more**",
        ),
    ],
)
def test_the_first_line_says_how_much_and_the_worst(changes: tuple[Change, ...], line: str) -> None:
    assert shown(Told(plan(*changes), org="default")).splitlines()[1] == line


def test_a_dangerous_gain_is_said_in_the_first_line() -> None:
    told = rich(refused=False)
    told = Told(plan(*(each for each in CHANGES if each.key.name == "support-bot")), (), told.meanings)
    assert "**support-bot can now delete files and read `STRIPE_KEY`" in shown(told).splitlines()[1]


def test_the_worst_comes_first() -> None:
    assert names(rich()) == [
        "Why it is refused",
        "What this means",
        "Refused and conflicts",
        "Deletes",
        "Dangerous gains",
        "Renamed, taken over, let go",
        "Updates",
        "Creates",
    ]
    said = shown(rich())
    assert said.index("**high**") < said.index("**low**")


def test_it_begins_with_the_same_mark_for_the_same_set_and_target() -> None:
    assert shown(rich()).startswith("<!-- stigmer:shop:prod -->\n")
    assert shown(large(3)).startswith("<!-- stigmer:shop: -->\n")
    assert mark("a--><b>", None) == "<!-- stigmer:a--%3E%3Cb%3E: -->"


# How long it is


def test_five_thousand_changes(snapshot: SnapshotAssertion) -> None:
    said = shown(large(5_000))
    assert size(said) < LIMIT
    assert said == snapshot


def test_what_is_left_out_is_told_with_the_way_to_see_it() -> None:
    few, some, many = shown(large(3)), shown(large(300)), shown(large(5_000))
    assert "Left out" not in few
    assert re.search(r"Left out, .*: what \d+ new resources hold\. `stigmer diff -v` shows", some)
    assert re.search(
        r"what 5,002 new resources hold; the fields of \d+ changes; the names of [\d,]+ res", many
    )


def test_a_body_of_an_update_goes_after_all_bodies_of_creates() -> None:
    """Of 300 creates and 30 updates the creates lose what they hold, and no update does."""
    said = seen(shown(large(300)))
    assert "fields of" not in "".join(said.text)
    assert all(f"+ Skill no. {number}\n" in "".join(said.code) for number in range(30))


def test_names_of_creates_leave_room_for_the_fields_of_updates() -> None:
    few = [change for change in large(200).plan.changes if change.key.name.startswith("skill-")]
    many = [change for change in large(5_000).plan.changes if change.key.name.startswith("bot-")]
    code = "".join(seen(shown(Told(plan(*many, *few)))).code)
    assert all(f"+ Skill no. {number}\n" in code for number in range(20))
    assert "+ agent/bot-300" in code
    assert "+ agent/bot-4999" not in code


def test_one_text_of_a_million_lines_does_not_push_the_others_out() -> None:
    long = update(Key("Skill", "", "long"), None, replaced("spec.markdown_content", "a\n" * 10**6, "b\n"))
    other = update(Key("Skill", "", "other"), None, replaced("metadata.title", "Old", "New"))
    said = shown(Told(plan(long, other)))
    assert size(said) < LIMIT
    assert "- Old\n+ New" in said
    assert "there is more, which does not fit here" in said
    assert "Left out, so that GitHub takes this comment: the end of 1 long one." in said


def test_of_a_long_text_the_lines_that_differ_are_shown() -> None:
    lines = [f"line {number}" for number in range(9_000)]
    changed = ["first", *lines[1:-1], "last"]
    field = replaced("spec.markdown_content", "\n".join(lines), "\n".join(changed))
    said = shown(Told(plan(update(Key("Skill", "", "long"), None, field))))
    assert "- line 0\n+ first\n  line 1\n" in said
    assert "- line 8999\n+ last\n" in said
    assert "line 4000" not in said


def test_very_many_problems_and_meanings_are_counted() -> None:
    found = tuple(
        Diagnostic(Severity.ERROR, "plan.conflict", "no " * 30, None, Location("a.yaml", number + 1))
        for number in range(5_000)
    )
    meanings = tuple(Meaning(Key("Agent", "", f"a{n}"), f"a{n} can now do it") for n in range(5_000))
    said = shown(Told(plan(*CHANGES), found, meanings))
    assert size(said) < LIMIT
    assert len(re.findall("and 4,[0-9]{3} more", said)) == 2
    assert size(markdown_of_problems(found, lambda file: file, "shop", None)) < LIMIT


# Whatever a manifest holds

_TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "</details>",
                    "<details>",
                    "<img src=x onerror=y>",
                    "<!--",
                    "-->",
                    "```",
                    "````\n",
                    "@team",
                ),
                *("#1", "GH-1", "https://x.y/", "www.x.y", "[a](b)", "![a](b)", "|", "\\", "\n\n# a", "\n- "),
                *(
                    "deadbeefdeadbeef",
                    "&lt;b&gt;",
                    "a@b.de",
                    "**",
                    "`",
                    "<",
                    "\r",
                    "\u202e",
                    "*a*",
                    "~~~",
                    "1. ",
                ),
            ]
        ),
        st.text(st.characters(codec="utf-8"), max_size=5),
        st.just(" "),
    ),
    max_size=8,
).map("".join)
_KEYS = st.builds(
    Key, st.sampled_from(["Agent", "Skill", "Environment"]), st.sampled_from(["", "acme"]), _TEXT
)
_PLACES = st.none() | st.builds(Location, _TEXT, st.integers(1, 999))
_FIELDS = st.builds(
    FieldChange,
    _TEXT,
    st.sampled_from(Op),
    _TEXT | st.lists(_TEXT, max_size=3) | st.integers(),
    _TEXT | st.dictionaries(_TEXT, _TEXT, max_size=3) | st.booleans(),
    st.sampled_from(Cause),
)
_CHANGES = st.one_of(
    st.builds(lambda key, place, text: create(key, place, markdown_content=text), _KEYS, _PLACES, _TEXT),
    st.builds(
        lambda key, place, fields, former: update(key, place, *fields, renamed_from=former),
        _KEYS,
        _PLACES,
        st.lists(_FIELDS, min_size=1, max_size=3),
        st.none() | _KEYS,
    ),
    st.builds(Delete, _KEYS, st.just("agt_1"), st.just(1)),
    st.builds(Release, _KEYS, st.just("agt_1"), st.just(1), _TEXT),
)
_PROBLEMS = st.builds(
    Diagnostic, st.sampled_from(Severity), st.just("plan.conflict"), _TEXT, st.none() | _TEXT, _PLACES, _TEXT
)
_MEANINGS = st.builds(
    lambda key, sentence, danger: Meaning(key, sentence, (Shift(Capability.TOOL, True, "x", danger=danger),)),
    _KEYS,
    _TEXT,
    st.sampled_from(Danger),
)


@st.composite
def plans(draw: st.DrawFn) -> Told:
    """Any plan, often a large one, made of few different changes."""
    times = draw(st.sampled_from([1, 1, 50, 1_000]))
    changes = draw(st.lists(_CHANGES, max_size=6)) * times
    return Told(
        plan(*changes, set_name=draw(st.none() | _TEXT)),
        tuple(draw(st.lists(_PROBLEMS, max_size=3)) * times),
        tuple(draw(st.lists(_MEANINGS, max_size=3)) * times),
        target=draw(st.none() | _TEXT),
        show_unchanged=draw(st.booleans()),
    )


def check(text: str) -> Seen:
    """It fits, every tag is ours and closed, and nothing that is not code is a link or a mention."""
    assert size(text) < LIMIT
    assert len(text.encode()) < 4 * LIMIT
    found = seen(text)
    assert found.tags <= _TAGS | _TABLE
    assert len(found.comments) == 1
    assert text.startswith(f"<!--{found.comments[0]}-->\n")
    for each in found.text:
        assert not _LINKED.search(each), each
    return found


@given(plans())
def test_any_plan_makes_a_comment_that_holds(told: Told) -> None:
    found = check(shown(told))
    order = [
        "Refused and conflicts",
        "Conflicts",
        "Deletes",
        "Dangerous gains",
        "Drift",
        "Renamed, taken over, let go",
    ]
    order += ["Updates", "Creates", "Unchanged"]
    groups = [re.sub(r" \(.*", "", each) for each in found.headings if "(" in each]
    assert groups == sorted(groups, key=order.index)


@given(st.lists(_PROBLEMS, max_size=4), st.none() | _TEXT)
def test_any_problems_make_a_comment_that_holds(problems: list[Diagnostic], set_name: str | None) -> None:
    check(markdown_of_problems(problems, lambda file: file, set_name, None))


@example("x-GH-1, a.www.b (deadbeef1) x-0123456")
@given(_TEXT)
def test_a_sentence_shows_all_its_words(text: str) -> None:
    """Nothing is lost but white space and what could not be seen."""
    for rendered in (MarkdownIt("commonmark", {"html": True}).renderInline(prose(text)), html_prose(text)):
        found = Seen()
        found.feed(rendered)
        found.close()
        assert found.tags <= {"code"}
        assert not any(_LINKED.search(each) for each in found.text)
        if text.isascii() and text.isprintable():
            assert "".join("".join(found.all).split()) == "".join(text.split())


@example("a\n```\n</details>")
@example("`````")
@example("` a")
@given(_TEXT)
def test_code_is_code(text: str) -> None:
    [inline] = MarkdownIt("commonmark").parse(f"x {code(text)} y")[1:2]
    assert [each.type for each in inline.children or []] == ["text", "code_inline", "text"]
    [block] = MarkdownIt("commonmark").parse(fenced("yaml", text.split("\n")))
    assert (block.type, block.info) == ("fence", "yaml")
