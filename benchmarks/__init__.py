# SPDX-License-Identifier: Apache-2.0
"""How long whole commands take, each beside the least that anything doing its work in Python could need: its floor.

`python -m benchmarks` (or `make bench`) measures and prints; it judges nothing, so it succeeds however slow the commands are.
"""
