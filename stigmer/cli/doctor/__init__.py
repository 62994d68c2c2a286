# SPDX-License-Identifier: Apache-2.0
"""What `stigmer doctor` looks at.

Promises: nothing is made or changed; no value that may be a secret is told; one thing that is wrong does not hide the others.
"""
