# SPDX-License-Identifier: Apache-2.0
"""`stigmer secrets`: the values that no manifest says, the seals of those that one says, and the key of all of them."""

EXAMPLES = (
    "stigmer secrets set environment/prod STRIPE_KEY",
    "stigmer secrets seal environments/prod.yaml",
    "stigmer secrets status",
)


def describe() -> None:
    """Set secrets, seal them for git, and look after the key that they are stored under."""
