# SPDX-License-Identifier: Apache-2.0
"""What may stand in a manifest: its fields, what to write, a manifest to start from."""
