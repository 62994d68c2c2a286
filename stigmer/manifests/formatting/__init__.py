# SPDX-License-Identifier: Apache-2.0
"""Manifests in one order and style, with their comments."""
