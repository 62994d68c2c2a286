# SPDX-License-Identifier: Apache-2.0
"""The command line: one module a command, `wiring` alone names concrete backends.

Promises: standard output holds the result alone; exit codes and JSON shapes are stable; every failure that a user can understand says
what is wrong, where, and how to mend it; nobody sees a traceback.
"""
