# SPDX-License-Identifier: Apache-2.0
"""What git says of manifests: which repository they are of, and which commit; and nothing where it says nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from stigmer.backends.contract import Commit, SetSource
from stigmer.cli import git
from stigmer.cli.reading import Paths, find_paths
from stigmer.cli.set_source import commit_of_manifests, set_source

ADA = "Ada Lovelace <ada@example.com>"


@pytest.fixture(autouse=True)
def _as_ada(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration but this, and a directory that is in no repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    text = "[user]\nname = Ada Lovelace\nemail = ada@example.com\n[init]\ndefaultBranch = main\n"
    (tmp_path / ".gitconfig").write_text(text)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with manifests of two commits."""
    made = tmp_path / "shop"
    write(made / "manifests/a.yaml", "one")
    write(made / "docs/a.md", "one")
    run(tmp_path, "init", "--quiet", "shop")
    commit(made)
    return made


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(directory: Path, *arguments: str) -> str:
    done = subprocess.run(("git", *arguments), cwd=directory, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(directory: Path) -> str:
    run(directory, "add", "--all")
    run(directory, "commit", "--quiet", "--message", "more")
    return run(directory, "rev-parse", "HEAD")


def source(*paths: Path | str) -> SetSource | None:
    return set_source(Paths(tuple(str(path) for path in paths)))


@pytest.mark.parametrize(
    "address",
    [
        "git@example.com:acme/shop.git",
        "example.com:acme/shop",
        "https://example.com/acme/shop",
        "https://example.com/acme/shop.git/",
        "https://EXAMPLE.com:443//acme//shop",
        "https://ada:p@ss:word@example.com/acme/shop.git",  # secret-scan: allow
        "https://example.com/acme/shop.git?token=abc#main",  # secret-scan: allow
        "ssh://git@example.com:22/acme/shop.git",
        "git://example.com/acme/shop.git",
    ],
)
def test_however_it_is_written_a_remote_is_one(address: str) -> None:
    assert git.normalized(address, Path("/srv/clone")) == "example.com/acme/shop"


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("ssh://git@example.com:2222/acme/shop", "example.com:2222/acme/shop"),
        ("https://example.com/Acme/Shop", "example.com/Acme/Shop"),
        ("https://[::1]:8443/shop.git", "[::1]:8443/shop"),
        ("/srv/git/shop.git", "/srv/git/shop"),
        ("file:///srv/git/shop.git", "/srv/git/shop"),
        ("/srv/git/shop/.git", "/srv/git/shop"),
        ("../shop", "/srv/shop"),
        ("./odd:name", "/srv/clone/odd:name"),
    ],
)
def test_what_tells_remotes_apart_stays(address: str, normal: str) -> None:
    assert git.normalized(address, Path("/srv/clone")) == normal


def test_outside_of_git_the_source_is_the_directory(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert source(tmp_path / "plain") == SetSource(None, str(tmp_path / "plain"))


def test_a_directory_that_becomes_a_repository_stays_the_same_source(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    before = source(tmp_path / "plain")
    run(tmp_path, "init", "--quiet", "plain")
    assert source(tmp_path / "plain") == before


def test_all_clones_are_one_source_and_so_is_what_they_are_clones_of(shop: Path, tmp_path: Path) -> None:
    run(tmp_path, "clone", "--quiet", "shop", "one")
    run(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{shop}", "two")
    first = source(tmp_path / "one/manifests")
    assert first == SetSource(None, str(shop / "manifests"))
    assert source(tmp_path / "two/manifests") == source(shop / "manifests") == first
    assert source(tmp_path / "two") == source(shop) == SetSource(None, str(shop))


def test_other_repositories_are_other_sources(shop: Path, tmp_path: Path) -> None:
    run(tmp_path, "init", "--quiet", "other")
    write(tmp_path / "other/manifests/a.yaml", "one")
    assert source(tmp_path / "other/manifests") != source(shop / "manifests")


def test_the_path_is_that_in_the_repository(shop: Path) -> None:
    run(shop, "remote", "add", "zeta", "https://example.com/fork.git")
    run(shop, "remote", "add", "origin", "https://token@example.com/shop.git")
    assert source(shop) == SetSource("example.com/shop", ".")
    assert source(shop / "manifests", shop / "docs/a.md") == SetSource(
        "example.com/shop", "docs/a.md, manifests"
    )
    assert source(shop / "manifests/*.yaml") == SetSource("example.com/shop", "manifests/*.yaml")


def test_without_an_origin_the_first_remote_counts(shop: Path) -> None:
    run(shop, "remote", "add", "zeta", "https://example.com/z.git")
    run(shop, "remote", "add", "alpha", "https://example.com/a.git")
    assert source(shop) == SetSource("example.com/a", ".")


def test_a_project_is_its_directory_wherever_in_it_one_is(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop / "apps/bots/stigmer.yaml", "name: bots\npaths: [manifests/]\n")
    write(shop / "apps/bots/manifests/a.yaml", "one")
    monkeypatch.chdir(shop / "apps/bots/manifests")
    assert set_source(find_paths(None)) == SetSource(None, str(shop / "apps/bots"))
    run(shop, "remote", "add", "origin", "https://example.com/shop.git")
    assert set_source(find_paths(None)) == SetSource("example.com/shop", "apps/bots")


def test_a_link_to_a_repository_leads_there(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(shop / "manifests")
    assert source(tmp_path / "link") == source(shop / "manifests")


def test_a_worktree_is_of_the_same_repository(shop: Path, tmp_path: Path) -> None:
    run(shop, "remote", "add", "origin", "https://example.com/shop.git")
    run(shop, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert source(tmp_path / "tree/manifests") == source(shop / "manifests")


def test_standard_input_comes_from_nowhere() -> None:
    assert source("-") is None
    assert commit_of_manifests(Paths(("-",))) is None


def test_variables_of_another_repository_say_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = (source(shop / "manifests"), commit_of_manifests(Paths((str(shop / "manifests"),))))
    run(tmp_path, "init", "--quiet", "other")
    for name, value in {
        "GIT_DIR": str(tmp_path / "other/.git"),
        "GIT_WORK_TREE": str(tmp_path / "other"),
        "GIT_INDEX_FILE": str(tmp_path / "nothing"),
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    assert (source(shop / "manifests"), commit_of_manifests(Paths((str(shop / "manifests"),)))) == right


def test_without_git_the_source_is_the_directory_and_there_is_no_commit(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert source(shop / "manifests") == SetSource(None, str(shop / "manifests"))
    assert commit_of_manifests(Paths((str(shop / "manifests"),))) is None


def test_a_git_that_never_ends_is_not_waited_for(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "bin/git", "#!/bin/sh\nexec sleep 600\n")
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "PATIENCE", 0.1)
    assert source(shop) == SetSource(None, str(shop))


def test_a_directory_that_only_looks_like_a_repository_is_none(tmp_path: Path) -> None:
    write(tmp_path / "odd/.git", "gitdir: /nowhere")
    assert source(tmp_path / "odd") == SetSource(None, str(tmp_path / "odd"))
    assert commit_of_manifests(Paths((str(tmp_path / "odd"),))) is None


def test_the_commit_is_that_which_is_checked_out_with_its_author(shop: Path) -> None:
    write(shop / "manifests/a.yaml", "two")
    id_ = commit(shop)
    assert commit_of_manifests(Paths((str(shop / "manifests"),))) == Commit(id_, ADA)
    assert commit_of_manifests(Paths((str(shop / "manifests/*.yaml"),))) == Commit(id_, ADA)


@pytest.mark.parametrize("staged", [False, True])
def test_what_differs_under_the_paths_is_told(shop: Path, staged: bool) -> None:
    id_ = run(shop, "rev-parse", "HEAD")
    write(shop / "manifests/a.yaml", "two")
    if staged:
        run(shop, "add", "manifests")
    assert commit_of_manifests(Paths((str(shop / "manifests"),))) == Commit(f"{id_}-dirty", ADA)
    assert commit_of_manifests(Paths((str(shop / "docs"),))) == Commit(id_, ADA)


def test_what_was_only_touched_or_is_not_tracked_does_not_differ(shop: Path) -> None:
    id_ = run(shop, "rev-parse", "HEAD")
    os.utime(shop / "manifests/a.yaml", (1, 1))
    write(shop / "manifests/new.yaml", "new")
    assert commit_of_manifests(Paths((str(shop / "manifests"),))) == Commit(id_, ADA)


def test_a_file_that_is_gone_differs(shop: Path) -> None:
    (shop / "manifests/a.yaml").unlink()
    found = commit_of_manifests(Paths((str(shop / "manifests"),)))
    assert found is not None
    assert found.id.endswith("-dirty")


def test_without_a_commit_there_is_none(tmp_path: Path) -> None:
    run(tmp_path, "init", "--quiet", "new")
    assert commit_of_manifests(Paths((str(tmp_path / "new"),))) is None
