# SPDX-License-Identifier: Apache-2.0
"""Live resources as manifests: which they are, in what order, and into which files."""
