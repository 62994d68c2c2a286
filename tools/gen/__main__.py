# SPDX-License-Identifier: Apache-2.0
"""`python -m tools.gen` writes what is derived from `proto/`; `--check` names what differs and exits 1."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.gen import api, cli_reference, descriptions, descriptors, errors, reference, registry
from tools.gen.model import ProtoError
from tools.gen.python_out import PACKAGE, python_files
from tools.gen.schema import schema_files
from tools.gen.settings import settings_files

ROOT = Path(__file__).resolve().parents[2]
# Folders in which every file that matches is made here, so one that is not made any more is left over.
_OWNED = ((str(PACKAGE), "**/*.py"), (str(PACKAGE), "**/*.pyi"), ("schemas", "*.json"))


def generate(proto: Path) -> dict[str, str]:
    """Every output by its path in the checkout. Raises ProtoError where the protos are at fault."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        model = descriptors.load(descriptors.run_protoc(proto, out))
        files = dict(python_files(out, model))
    files[registry.PATH] = registry.registry_source(model)
    files[descriptions.PATH] = descriptions.descriptions_source(model)
    files |= schema_files(model)
    files |= settings_files(model)
    files[reference.PATH] = reference.reference_page(model)
    files[api.PATH] = api.api_page(model)
    files[cli_reference.PATH] = cli_reference.cli_page()
    files[errors.PATH] = errors.errors_page()
    return dict(sorted(files.items()))


def differing(files: Mapping[str, str], root: Path) -> list[str]:
    """The outputs that the checkout at `root` lacks or has otherwise, and the left-over ones."""
    changed = [name for name, text in files.items() if _read(root / name) != text]
    return sorted([*changed, *leftover(files, root)])


def leftover(files: Iterable[str], root: Path) -> list[str]:
    """Files in the owned folders that are not generated."""
    found = {
        path.relative_to(root).as_posix() for folder, glob in _OWNED for path in (root / folder).glob(glob)
    }
    return sorted(found - set(files))


def write(files: Mapping[str, str], root: Path) -> None:
    """Makes the checkout at `root` hold exactly these outputs; a file that is right is not touched."""
    for name in leftover(files, root):
        (root / name).unlink()
    for name, text in files.items():
        path = root / name
        if _read(path) != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns 0, 1 where `--check` found a difference, 2 where the protos are at fault."""
    parser = argparse.ArgumentParser(prog="python -m tools.gen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name each file that differs")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(arguments)
    root: Path = options.root
    try:
        files = generate(root / "proto")
    except ProtoError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.check:
        write(files, root)
        return 0
    names = differing(files, root)
    for name in names:
        print(f"{name} is not what proto/ gives: run `make gen`", file=sys.stderr)
    return 1 if names else 0


def _read(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
