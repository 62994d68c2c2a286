# SPDX-License-Identifier: Apache-2.0
"""The floors: the least that anything in Python could do for what a command does, as scripts on their own."""
