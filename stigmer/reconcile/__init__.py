# SPDX-License-Identifier: Apache-2.0
"""Manifests and what is live become a plan, and a plan becomes true.

Promises: `diff` and `apply` use the same plan object; a plan that cannot be carried out says why and is not begun; an apply happens
whole or not at all; after it the same manifests give an empty plan. A backend is known by its contract alone.
"""
