# SPDX-License-Identifier: Apache-2.0
"""GitOps for AI agents and workflows: manifests in git, validated, compared, applied and executed."""

__version__ = "0.1.0"
