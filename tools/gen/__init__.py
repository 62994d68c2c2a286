# SPDX-License-Identifier: Apache-2.0
"""Makes all that is derived from `proto/`: Python messages, the registry, the schemas, two manual pages.

The same protos always give the same bytes, so a check is a comparison. Nothing of `stigmer` is imported, so
the generator also runs where none of its output exists yet.
"""
