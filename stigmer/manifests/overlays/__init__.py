# SPDX-License-Identifier: Apache-2.0
"""Overlays: partial manifests that a target merges over those of the project.

Merging touches values alone, and copies only what it changes. Which document said a value is found again when it is asked for.
"""
