# SPDX-License-Identifier: Apache-2.0
"""The floor of `validate`: every file below the path that it is given is read and composed, and nothing is made of it."""

import os
import sys

import yaml


def compose_all(path: str) -> None:
    """Reads and composes every file below a directory, or the one file."""
    if os.path.isfile(path):
        compose(path)
    for directory, _, names in os.walk(path):
        for name in names:
            compose(os.path.join(directory, name))


def compose(file: str) -> None:
    """Reads and composes one file."""
    with open(file, "rb") as handle:
        data = handle.read()
    for _ in yaml.compose_all(data, Loader=yaml.CLoader):
        pass


if __name__ == "__main__":
    compose_all(sys.argv[1])
