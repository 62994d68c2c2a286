# SPDX-License-Identifier: Apache-2.0
"""Where resources live. `contract` is all that the rest of stigmer may know of a backend."""
