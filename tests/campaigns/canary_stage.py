# SPDX-License-Identifier: Apache-2.0
"""Where canaries are planted, and what of everything else has changed since it was last looked at."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaigns.canary_values import Canary, Search, canaries
from tests.campaigns.leaks import KEYCHAIN
from tests.campaigns.stage import ROOT

_KEY = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=")  # 32 bytes
_HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: {}\nmetadata: {{name: {}}}\nspec:\n"
_INSTANCE = """\
  agent: bot
  environment_refs: [prod]
"""
_AGENT = """\
  instructions: |
    You answer questions about canaries.
  env_spec: {data: {ENV_SHORT: {is_secret: true}}}
"""


@dataclass
class Stage:
    """A directory for all of it: `planted` is left out of the search, `outputs` takes what commands say."""

    root: Path
    chance: random.Random
    search: Search = field(default_factory=Search)
    environ: dict[str, str] = field(default_factory=dict)
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keychain: dict[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        """The working directory, a project."""
        return self.root / "work"

    @property
    def home(self) -> Path:
        """stigmer's home."""
        return self.root / "home"

    @property
    def planted(self) -> Path:
        """Where secrets are in clear, as they have to be."""
        return self.root / "planted"

    @property
    def outputs(self) -> Path:
        """What commands said."""
        return self.root / "outputs"

    def draw(self, name: str) -> dict[str, Canary]:
        """New canaries, which are sought from now on."""
        made = canaries(name, self.chance)
        self.search.add(made.values())
        return made

    def plant(self, name: str, text: str | bytes) -> Path:
        """A file that may hold secrets."""
        path = self.planted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)  # passphrases that others may read are refused
        return path

    def identity(self, name: str) -> tuple[str, Path]:
        """An age recipient, and the file with what opens what is sealed to it; that is sought, too."""
        import pyrage

        made = pyrage.x25519.Identity.generate()
        text = str(made)
        self.search.add([Canary(f"the {name}", "", (text[-20:].encode(), text[-40:-20].encode()))])
        return str(made.to_public()), self.plant(name, f"{text}\n")

    @staticmethod
    def take(source: Path, target: Path) -> None:
        """Copies a file."""
        target.write_bytes(source.read_bytes())

    def keep_master_key(self) -> None:
        """Seeks the master key too, everywhere but where it is kept."""
        for path in (self.home / "master.key", self.planted / "keychain.json"):
            for found in _KEY.findall(path.read_text()) if path.exists() else ():
                material = base64.b64decode(found)
                self.search.add([Canary("the master key", "", (material[:16], material[16:]))])

    def changed(self, output: Path, *, shows: bool = False) -> Iterator[tuple[Path, bytes]]:
        """What was said, unless it is a secret that was to be shown, and every file that is new or was changed and is not there to hold secrets."""
        others = (each for each in self.root.iterdir() if each not in (self.planted, self.outputs))
        files = (path for each in others for path in each.rglob("*"))
        for path in sorted([*files, *output.parent.glob(f"{output.name}.{'err' if shows else '*'}")]):
            if not path.is_file() or path.name.startswith("master.key"):
                continue
            about = path.stat()
            state = (about.st_mtime_ns, about.st_size)
            if self.seen.get(path) != state:
                self.seen[path] = state
                yield path.relative_to(self.root), path.read_bytes()


def planted(stage: Stage) -> None:
    """Makes the directories and plants the first canaries."""
    for path in (stage.work, stage.planted, stage.outputs, stage.root / "tmp", stage.root / "user"):
        path.mkdir(parents=True)
    stage.environ = {
        "HOME": str(stage.root / "user"),
        "LANG": "C.UTF-8",
        "LOGNAME": "canary",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": f"{KEYCHAIN}.Kept",
        "STIGMER_BACKEND": "local",
        "STIGMER_HOME": str(stage.home),
        "TMPDIR": str(stage.root / "tmp"),
        "TEST_KEYCHAIN": str(stage.planted / "keychain.json"),
    }
    passphrase = stage.draw("passphrase")["padded"]
    stage.plant("passphrase", passphrase.value)
    (stage.work / "stigmer.yaml").write_text("name: canaries\npaths: [manifests/]\n")
    manifests = stage.work / "manifests"
    manifests.mkdir()
    (manifests / "bot.yaml").write_text(_HEAD.format("Agent", "bot") + _AGENT)
    (manifests / "instance.yaml").write_text(_HEAD.format("AgentInstance", "night-shift") + _INSTANCE)
    (manifests / "prod.yaml").write_text(_HEAD.format("Environment", "prod") + "  data:\n" + _sources(stage))
    change(stage)


def _sources(stage: Stage) -> str:
    """An entry for each shape and sort of source, and one whose value only the store has."""
    lines = []
    for shape in canaries("", random.Random(0)):
        name = shape.upper()
        lines += [
            f"    ENV_{name}: {{value_from: {{env: CANARY_{name}}}}}",
            f"    FILE_{name}: {{value_from: {{file: ../../planted/{shape}.txt}}}}",
            f"    KEYCHAIN_{name}: {{value_from: {{keyring: {{service: canaries, username: {shape}}}}}}}",
        ]
    return "\n".join([*lines, "    REGION: {value: eu}\n"])


def change(stage: Stage) -> None:
    """Puts new canaries into every place that a manifest takes them from; the old ones are sought all the same."""
    for shape, canary in stage.draw("variable").items():
        stage.environ[f"CANARY_{shape.upper()}"] = canary.value
    for shape, canary in stage.draw("file").items():
        stage.plant(f"{shape}.txt", canary.value + "\n")
    stage.keychain = {f"canaries|{shape}": each.value for shape, each in stage.draw("keychain").items()}
    kept = stage.planted / "keychain.json"
    others = json.loads(kept.read_text()) if kept.exists() else {}
    kept.write_text(json.dumps({**others, **stage.keychain}))
    for mark, path in (("literal", "clear/clear.yaml"), ("other literal", "clear-again.yaml")):
        entries = {name.upper(): each for name, each in stage.draw(mark).items()}
        data = "".join(
            f"    {name}:\n      is_secret:   true\n      value: {json.dumps(each.value, ensure_ascii=False)}\n"
            for name, each in entries.items()
        )
        stage.plant(path, _HEAD.format("Environment", "clear") + "  data:\n" + data)
    entries = {name.upper(): each for name, each in stage.draw("runtime_env").items()}
    said = ", ".join(
        f"{name}: {{is_secret: true, value: {json.dumps(each.value, ensure_ascii=False)}}}"
        for name, each in entries.items()
    )
    text = (
        _HEAD.format("AgentExecution", "once")
        + f"  agent: bot\n  message: hello\n  runtime_env: {{{said}}}\n"
    )
    stage.plant("run/once.yaml", text)


def damage(stage: Stage) -> None:
    """Makes a home whose database is cut short."""
    damaged = stage.root / "damaged"
    shutil.copytree(stage.home, damaged, ignore=shutil.ignore_patterns("config.yaml"))  # it names the other
    path = damaged / "local.db"
    path.write_bytes(path.read_bytes()[:20_000])
