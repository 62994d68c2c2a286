# SPDX-License-Identifier: Apache-2.0
"""Manifests that sops encrypted: told by their `sops` block, and checked as far as that goes without a key.

`block` reads the block, `document` what may be encrypted where. Nothing is opened here.
"""
