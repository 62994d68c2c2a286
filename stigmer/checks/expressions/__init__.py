# SPDX-License-Identifier: Apache-2.0
"""Expressions: where each ends, and whether jq takes it."""
