# SPDX-License-Identifier: Apache-2.0
"""The kinds and what a resource is: registry, keys, references, canonical form, digest.

Promises: everything here derives from the generated registry; the canonical form of a resource holds what a person said
and nothing else; two spellings of the same thing have one canonical form and so one digest.
"""
