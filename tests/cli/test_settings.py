# SPDX-License-Identifier: Apache-2.0
"""`config.yaml`, `stigmer.yaml`, variables and flags: which wins, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import BOT, Cli


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("manifests/bot.yaml", BOT)


def home_config(cli: Cli, text: str) -> None:
    cli.home.mkdir(exist_ok=True)
    (cli.home / "config.yaml").write_text(text)


def test_the_project_file_says_paths_set_and_organization(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("stigmer.yaml", "name: shop\npaths: [manifests/]\norg: acme\n")
    cli.write(
        "manifests/org.yaml",
        "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\nspec: {}\n",
    )
    below = cli.directory / "manifests"
    monkeypatch.chdir(below)
    result = cli("apply")
    assert result.err.endswith("org acme, set shop\n")
    bot = cli("get", "agent/bot", "-o", "json").json
    assert (bot["metadata"]["org"], bot["metadata"]["set"]) == ("acme", "shop")
    monkeypatch.chdir(cli.directory)
    assert cli("diff", "--show-unchanged", "-o", "json").json["changes"][-1]["file"].startswith("manifests/")


def test_flags_win_over_variables_and_variables_over_the_project(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.write("stigmer.yaml", "name: shop\norg: project\n")

    def org(*flags: str) -> str:
        return cli("get", "agents", *flags).err.splitlines()[0].rpartition("org ")[2]

    assert org() == "project"
    monkeypatch.setenv("STIGMER_ORG", "variable")
    assert org() == "variable"
    assert org("--org", "flag") == "flag"


def test_a_backend_is_named_by_flag_variable_project_and_configuration_in_this_order(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("configured", "project", "variable", "flag")
    entries = "".join(f"  {name}: {{type: local, local: {{db_path: {name}.db}}}}\n" for name in names)
    home_config(cli, f"backend: configured\nbackends:\n{entries}")

    def used(*flags: str) -> str:
        return cli("get", "agents", *flags).err

    assert f"backend configured ({cli.home}/configured.db)" in used()
    cli.write("stigmer.yaml", "name: shop\nbackend: project\n")
    assert "backend project " in used()
    monkeypatch.setenv("STIGMER_BACKEND", "variable")
    assert "backend variable " in used()
    assert "backend flag " in used("--backend", "flag")


def test_the_short_form_names_the_backend_by_its_type(cli: Cli) -> None:
    home_config(cli, "backend: {type: local, local: {db_path: elsewhere.db}}\n")
    cli("apply", "-f", "manifests")
    assert (cli.home / "elsewhere.db").exists()
    assert not (cli.home / "local.db").exists()
    home_config(cli, "backend: {type: local, local: {path: elsewhere.db}}\n")
    assert f"{cli.home}/config.yaml:1:32: error: " in cli("get", "agents", expect=2).err


def test_everything_that_the_configuration_may_say_is_read(cli: Cli) -> None:
    home_config(
        cli,
        """\
backend: local
backends:
  acme: {type: cloud, cloud: {endpoint: "api.example.com:443", organization: acme}}
network:
  allow: ["127.0.0.1:8080"]
models:
  default: {provider: openai_compatible, name: qwen3}
  openai_compatible: {base_url: "http://127.0.0.1:11434/v1", api_key_env: MY_MODEL_KEY}
engine: {type: temporal, address: "127.0.0.1:7233", namespace: default}
""",
    )
    cli("apply", "-f", "manifests")
    assert "[backend.unsupported]" in cli("get", "agents", "--backend", "acme", expect=2).err


def test_every_mistake_in_a_configuration_is_told_with_its_place(cli: Cli) -> None:
    home_config(cli, "backend: local\nbackend_s: {}\nnetwork:\n  alow: []\nengine: temporary\n")
    err = cli("get", "agents", expect=2).err
    assert f"{cli.home}/config.yaml:2:1: error: backend_s is not a setting [settings.unknown]" in err
    assert "hint: did you mean backends?" in err
    assert f"{cli.home}/config.yaml:4:3: error: network.alow is not a setting" in err
    assert f"{cli.home}/config.yaml:5:1: error: engine.type: " in err
    told = cli("get", "agents", "-o", "json", expect=2).json["error"]
    assert told["code"] == "settings.unknown"
    assert "network.alow" in told["message"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nam: shop\n", "1:1: error: name is required"),
        ("name: Shop\n", "1:7: error: name is not a name"),
        ("name: shop\nprunne: true\n", "2:1: error: prunne is not a setting"),
        ("name: shop\npaths: []\n", "2:1: error: paths: "),
        ("name: shop\nmax_delete_percent: 101\n", "2:21: error: max_delete_percent: "),
        ("name: shop\nrequires: '>=99'\n", "2:11: error: this project requires stigmer >=99"),
        ("name: shop\nrequires: newest\n", "2:11: error: 'newest' is not a version requirement"),
        ("name: shop\nname: shop\n", "2:1: error: 'name' is already said on line 1"),
        ("[shop]\n", "1:1: error: expected a map"),
        ("", "1:1: error: the project file is empty"),
    ],
)
def test_mistakes_in_a_project_file(cli: Cli, text: str, told: str) -> None:
    cli.write("stigmer.yaml", text)
    for command in ("validate", "diff", "apply"):
        assert f"stigmer.yaml:{told}" in cli(command, expect=2).err


def test_a_token_in_the_configuration_is_warned_of_and_not_shown(cli: Cli) -> None:
    cloud = "{endpoint: 'x:1', token: sesame-opens}"
    home_config(cli, f"backend: local\nbackends:\n  acme: {{type: cloud, cloud: {cloud}}}\n")
    err = cli("diff", "-f", "manifests", expect=1).err
    assert "config.yaml:3:" in err
    assert "[config.token]" in err
    assert "sesame" not in err


def test_init_completes_a_configuration_and_keeps_its_comments(cli: Cli) -> None:
    home_config(cli, "# mine\nnetwork:\n  allow: ['127.0.0.1:8080']  # the model\n")
    cli("init")
    text = (cli.home / "config.yaml").read_text()
    assert text.startswith("# mine\nnetwork:\n  allow: ['127.0.0.1:8080']  # the model\n")
    assert "\nbackend: local\n" in text
    before = sorted((path.name, path.read_bytes()) for path in cli.home.iterdir())
    assert "nothing was changed" in cli("init").out
    assert sorted((path.name, path.read_bytes()) for path in cli.home.iterdir()) == before


def test_init_leaves_a_backend_that_is_named_in_an_unusual_way(cli: Cli) -> None:
    text = "{'backend': x, backends: {x: {type: local, local: {db_path: x.db}}}}\n"
    home_config(cli, text)
    cli("init")
    assert (cli.home / "config.yaml").read_text() == text
    assert (cli.home / "x.db").exists()


def test_a_home_is_for_its_owner_alone(cli: Cli) -> None:
    cli("init")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (cli.home, *cli.home.iterdir())}
    assert modes.pop("home") == 0o700
    assert set(modes.values()) == {0o600}
    assert {"config.yaml", "local.db", "master.key"} <= set(modes)


def test_the_database_stays_where_the_configuration_says(cli: Cli, tmp_path: Path) -> None:
    home_config(cli, f"backends:\n  local: {{type: local, local: {{db_path: {tmp_path}/data/x.db}}}}\n")
    cli("apply", "-f", "manifests")
    assert (tmp_path / "data" / "x.db").exists()
    assert cli("get", "agents", "-o", "name").out == "agent/bot\n"
