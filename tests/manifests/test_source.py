# SPDX-License-Identifier: Apache-2.0
"""What `-f` finds: files, directories, globs and standard input, each file once, in an order that does not change."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from stigmer.errors import UsageError
from stigmer.manifests.source import Found, Source, find_project_file, find_sources, shown


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory below a directory that is not."""
    directory = tmp_path / "here"
    directory.mkdir()
    (tmp_path / "outside.yaml").write_text("outside: 1")
    monkeypatch.chdir(directory)
    return directory


def write(*paths: str) -> None:
    for path in paths:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"path: {path}")


def find(*paths: str, root: str | None = None) -> list[Source]:
    found = Found()
    sources = list(find_sources(paths, found, root=root))
    assert found.diagnostics == []
    return sources


def names(sources: Sequence[Source]) -> list[str]:
    return [each.name for each in sources]


def test_a_directory_is_walked_in_order(here: Path) -> None:
    write(
        "d/b.yaml", "d/a.yml", "d/sub/c.yaml", "d/sub.yaml", "d/B.yaml", "d/x.json", "d/README.md", "d/yaml"
    )
    write("d/.hidden.yaml", "d/.git/x.yaml", "d/stigmer.yaml", "d/sub/stigmer.yaml", "d/x.YAML")
    sources = find("d")
    assert names(sources) == ["d/B.yaml", "d/a.yml", "d/b.yaml", "d/sub/c.yaml", "d/sub.yaml"]
    assert not any(each.named for each in sources)
    assert sources[0].data == b"path: d/B.yaml"


def test_a_named_file_is_read_whatever_it_is_called(here: Path) -> None:
    write("a.txt", ".hidden.yaml", "stigmer.yaml")
    sources = find("a.txt", ".hidden.yaml", "stigmer.yaml")
    assert names(sources) == ["a.txt", ".hidden.yaml", "stigmer.yaml"]
    assert all(each.named for each in sources)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["d/*.yaml"], ["d/a.yaml", "d/b.yaml"]),
        (["d/**/*.yaml"], ["d/a.yaml", "d/b.yaml", "d/sub/c.yaml"]),
        (["d/[b]*"], ["d/b.yaml"]),
        (["d/su?"], ["d/sub/c.yaml"]),
        (["d/b.yaml", "d/a.yaml"], ["d/b.yaml", "d/a.yaml"]),
        (["d/b.yaml", "d"], ["d/b.yaml", "d/a.yaml", "d/sub/c.yaml"]),
        (["d", "d/b.yaml", "./d", "d/../d/b.yaml"], ["d/a.yaml", "d/b.yaml", "d/sub/c.yaml"]),
        (["odd[1].yaml"], ["odd[1].yaml"]),
    ],
)
def test_paths_and_globs_each_file_once(here: Path, paths: list[str], expected: list[str]) -> None:
    write("d/b.yaml", "d/a.yaml", "d/sub/c.yaml", "odd[1].yaml")
    assert names(find(*paths)) == expected


@pytest.mark.parametrize(
    ("path", "words"),
    [("gone", "'gone' does not exist"), ("gone.yaml", "does not exist"), ("*.gone", "nothing matches")],
)
def test_a_path_that_names_nothing_is_wrong_usage(here: Path, path: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        find(path)
    assert (caught.value.code, caught.value.exit_code) == ("usage.path", 2)


def test_an_empty_directory_holds_nothing(here: Path) -> None:
    assert find(".") == []


def test_standard_input(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"a: 1")))
    (source,) = find("-")
    assert source == Source("<stdin>", b"a: 1", str(here), str(here), named=True)


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ("b.yaml\n", ["d/a.yaml", "d/sub/a.yaml"]),
        ("# no\n\nsub/\n", ["d/a.yaml", "d/b.yaml"]),
        ("*.yaml\n!a.yaml\n", ["d/a.yaml", "d/sub/a.yaml"]),
        ("/a.yaml\n", ["d/b.yaml", "d/sub/a.yaml", "d/sub/b.yaml"]),
        ("", ["d/a.yaml", "d/b.yaml", "d/sub/a.yaml", "d/sub/b.yaml"]),
    ],
)
def test_an_ignore_file_leaves_out(here: Path, rules: str, left: list[str]) -> None:
    write("d/a.yaml", "d/b.yaml", "d/sub/a.yaml", "d/sub/b.yaml")
    Path("d/.stigmerignore").write_text(rules)
    assert names(find("d")) == left
    assert names(find("d/b.yaml")) == ["d/b.yaml"]


@pytest.mark.parametrize("rules", [b"\xff\n", b"!\n", None])
def test_an_ignore_file_that_cannot_be_used_is_told(here: Path, rules: bytes | None) -> None:
    write("d/a.yaml")
    file = Path("d/.stigmerignore")
    file.mkdir() if rules is None else file.write_bytes(rules)
    with pytest.raises(UsageError) as caught:
        find("d")
    assert caught.value.code == "usage.ignore_file"
    assert "d/.stigmerignore" in caught.value.message
    assert "Errno" not in caught.value.message


class TestRoots:
    """What texts may not leave: the project, else the directory given, else that of the file."""

    def root(self, path: str, here: Path, *, root: str | None = None) -> str:
        source = find(path, root=root)[0]
        assert source.directory == str(here / "p" / "d")
        return os.path.relpath(source.root, here)

    @pytest.mark.parametrize(
        ("path", "without", "within"), [("p", "p", "p"), ("p/d", "p/d", "p"), ("p/d/a.yaml", "p/d", "p")]
    )
    def test_the_root(self, here: Path, path: str, without: str, within: str) -> None:
        write("p/d/a.yaml")
        assert self.root(path, here) == without
        assert self.root(path, here, root=str(here)) == "."
        write("p/stigmer.yaml")
        assert self.root(path, here) == within

    def test_the_project_file_is_the_nearest_above(self, here: Path) -> None:
        write("p/d/a.yaml")
        assert find_project_file("p/d") is None
        write("stigmer.yaml", "p/stigmer.yaml")
        assert find_project_file("p/d") == str(here / "p" / "stigmer.yaml")
        assert find_project_file(".") == str(here / "stigmer.yaml")


class TestLinks:
    def test_a_file_and_a_link_to_it_are_one(self, here: Path) -> None:
        write("d/b.yaml")
        Path("d/a.yaml").symlink_to("b.yaml")
        assert names(find("d")) == ["d/a.yaml"]
        assert names(find("d/b.yaml", "d/a.yaml")) == ["d/b.yaml"]

    def test_a_link_to_a_directory_is_not_walked(self, here: Path) -> None:
        write("d/sub/a.yaml")
        Path("d/again").symlink_to("sub")
        Path("d/loop").symlink_to(".")
        assert names(find("d")) == ["d/sub/a.yaml"]

    @pytest.mark.parametrize("path", ["d", "d/a.yaml"])
    def test_a_link_that_leads_out_is_not_read(self, here: Path, path: str) -> None:
        write("d/b.yaml")
        Path("d/a.yaml").symlink_to(here.parent / "outside.yaml")
        found = Found()
        sources = list(find_sources([path], found))
        assert "d/a.yaml" not in names(sources)
        (told,) = found.diagnostics
        assert (told.severity, told.code, str(told.location)) == (
            "error",
            "manifest.unreadable",
            "d/a.yaml:1:1",
        )
        assert told.message == "d/a.yaml is a link that leads out of the source root"

    def test_what_lies_outside_a_project_is_not_called_a_link(self, here: Path) -> None:
        write("d/a.yaml")
        found = Found()
        assert list(find_sources(["d"], found, root=str(here / "shop"))) == []
        assert [each.message for each in found.diagnostics] == ["d/a.yaml lies outside the source root"]

    def test_a_link_to_nothing_is_told(self, here: Path) -> None:
        write("d/b.yaml")
        Path("d/a.yaml").symlink_to("gone.yaml")
        found = Found()
        assert names(list(find_sources(["d"], found))) == ["d/b.yaml"]
        assert [each.message for each in found.diagnostics] == [
            "d/a.yaml cannot be read: No such file or directory"
        ]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_what_may_not_be_read_is_told_and_the_rest_is_read(here: Path) -> None:
    write("d/a.yaml", "d/b.yaml", "d/sub/c.yaml")
    Path("d/a.yaml").chmod(0)
    Path("d/sub").chmod(0)
    found = Found()
    try:
        assert names(list(find_sources(["d"], found))) == ["d/b.yaml"]
    finally:
        Path("d/sub").chmod(0o700)
    assert [each.message for each in found.diagnostics] == [
        "d/a.yaml cannot be read: Permission denied",
        "d/sub cannot be read: Permission denied",
    ]


def test_files_below_the_working_directory_are_shown_relative(here: Path) -> None:
    assert shown("a/../b.yaml") == "b.yaml"
    assert shown(str(here / "d" / "b.yaml")) == "d/b.yaml"
    assert shown("../x.yaml") == str(here.parent / "x.yaml")
    assert shown(str(here) + "-other/x.yaml") == str(here) + "-other/x.yaml"
