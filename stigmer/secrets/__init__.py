# SPDX-License-Identifier: Apache-2.0
"""Secrets: the key, encryption at rest, where values come from, and the type that carries one in memory.

Promises: a clear value leaves this room only inside `Secret`, which no output shows; what is stored is AES-256-GCM bound to
its place; whether a value changed is told by a keyed fingerprint.
"""
