# SPDX-License-Identifier: Apache-2.0
"""What changes of the example shop mean: real manifests, read, planned and applied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.load import LoadOptions, load
from stigmer.meaning.meaning import Danger
from stigmer.meaning.reading import meanings
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan
from stigmer.secrets.sources import Surroundings
from tests.backends.memory import MemoryBackend, MemoryStore

SHOP = Path(__file__).parents[2] / "examples/manifests"
SOURCES = {"SHOP_STRIPE_KEY": "one", "SHOP_SUPPORT_TOKEN": "two"}
INSTANCES, BOT = "agents/instances.yaml", "agents/support-bot/agent.yaml"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the manifests."""
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


def planned(shop: Path, backend: Backend) -> Plan:
    """What applying the copy would do."""
    loaded = load([str(shop)], LoadOptions(org="acme"))
    made = build_plan(loaded.manifests, backend, PlanOptions("shop"), Surroundings(SOURCES))
    assert made.refusals == ()
    return made


@pytest.fixture
def live(shop: Path) -> Backend:
    """A store to which the shop was applied as it is."""
    backend = MemoryBackend(MemoryStore())
    apply_plan(planned(shop, backend), backend)
    return backend


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        (
            INSTANCES,
            "[orders-production, support-production]",
            "[orders-production, support-production, payments-production]",
            ["support-bot can now read STRIPE_KEY; 1 instance, 2 workflows"],
        ),
        (
            BOT,
            "reply, close_ticket]\n      approval: destructive",
            "reply, close_ticket, delete_ticket]\n      approval: never",
            ["support-bot can now use every tool of help-desk without approval and delete tickets with help-desk; 2 instances, 1 session, 2 workflows"],
        ),
        (
            "mcp-servers/order-database.yaml",
            "2.4.1",
            "2.5.0",
            ["fraud-reviewer and support-bot can now run uvx acme-orders-mcp==2.5.0, and no longer run uvx acme-orders-mcp==2.4.1; 3 instances, 1 session, 2 workflows"],
        ),
        (
            "environments/endpoints.yaml",
            "https://payments.acme.example",
            "https://evil.example:8443",
            ["workflows order-fulfilment and refund-approval can now reach evil.example:8443, and no longer reach payments.acme.example; 2 instances"],
        ),
        (
            "iam/policies.yaml",
            "relation: editor",
            "relation: admin",
            ["ci-deployer can now act as admin of organization/acme, and no longer act as editor of organization/acme"],
        ),
        (
            "skills/return-policy.md",
            "\n",
            "\nAsk first.\n",
            ["refund-advisor will go by another text of the skill return-policy; 1 workflow",
             "support-bot will go by another text of the skill return-policy; 2 instances, 1 session, 2 workflows"],
        ),
        (
            "workflows/catalogue-sync.yaml",
            "command: acme-search\n",
            "command: rm\n",
            ["workflow catalogue-sync can now run rm in a shell, and no longer run acme-search in a shell; 1 instance"],
        ),
        (BOT, "temperature: 0.3", "temperature: 0.4", []),
    ],
)  # fmt: skip
def test_a_change_of_the_shop(
    shop: Path, live: Backend, file: str, before: str, after: str, told: list[str]
) -> None:
    text = (shop / file).read_text("utf-8")
    assert before in text
    (shop / file).write_text(text.replace(before, after), "utf-8")
    assert [each.sentence for each in meanings(planned(shop, live), live)] == told


def test_the_first_apply_is_told_by_whom_it_makes(shop: Path) -> None:
    empty = MemoryBackend(MemoryStore())
    found = meanings(planned(shop, empty), empty)
    assert found[0].danger is Danger.HIGH
    assert "the new workflow stock-watch can reach catalogue.acme.example" in [
        each.sentence for each in found
    ]
    assert "the new agent refund-advisor can use the skill return-policy" in [each.sentence for each in found]
    assert all(each.affected == () for each in found)
