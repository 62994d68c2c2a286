# SPDX-License-Identifier: Apache-2.0
"""The host that an address leads to, as far as one can see before anything runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from stigmer.meaning.meaning import Capability
from stigmer.meaning.powers import Power
from stigmer.resources.keys import Key

_PLACEHOLDER = re.compile(r"\$\{\.(?:secrets|env_vars)\.([A-Za-z_]\w*)\}")
_USUAL_PORTS = {"http": 80, "https": 443}
_INSIDE = (".internal", ".local", ".localhost", ".lan", ".home.arpa", ".svc", ".cluster.local")


def reaching(
    address: str, values: Mapping[str, str], *, through: Key | None = None, server: str = ""
) -> Power:
    """The power to reach the host of an address. `values` are those that its placeholders may stand for."""
    known = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), address)
    unknown = _PLACEHOLDER.match(known)
    if unknown is not None:
        what, external = f"the address in {unknown[1]}", True
    elif "${" in known.partition("://")[2].partition("/")[0] or known.startswith("${"):
        what, external = "an address that is computed", True
    else:
        what = _host(known)
        external = is_external(what)
    return Power(Capability.HOST, what, through, server, external=external)


@lru_cache(maxsize=1024)
def is_external(host: str) -> bool:
    """Whether a host with or without a port is outside of this machine and of private networks. Of a name nobody asks a server."""
    name = host.removeprefix("[").partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ip_address(name).is_global
    except ValueError:
        return "." in name and not name.endswith(_INSIDE)


def _host(address: str) -> str:
    """Host and port of an address, without user and password; the port where it is not the usual one."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return "an address that cannot be read"
    if not name:
        return "an address that cannot be read"
    name = f"[{name}]" if ":" in name else name
    return name if port in (None, _USUAL_PORTS.get(parts.scheme)) else f"{name}:{port}"
