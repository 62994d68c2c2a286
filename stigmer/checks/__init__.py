# SPDX-License-Identifier: Apache-2.0
"""What manifests that are valid one by one still get wrong together, and the rules that a project sets itself.

Promises: a check warns only of what it has seen, so what cannot be known without a backend is no warning; nothing here changes a
manifest; every check can be silenced by its code, with a reason.
"""
