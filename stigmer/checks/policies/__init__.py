# SPDX-License-Identifier: Apache-2.0
"""Policies: rules in CEL that a project writes itself."""
