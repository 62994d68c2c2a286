# SPDX-License-Identifier: Apache-2.0
"""One module a command: its options, its help with examples, and what it does."""
