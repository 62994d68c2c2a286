# SPDX-License-Identifier: Apache-2.0
"""Manifests that are there already, changed in place: only what differs is written, everything else stays as its author left it."""
