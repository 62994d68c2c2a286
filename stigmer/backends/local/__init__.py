# SPDX-License-Identifier: Apache-2.0
"""The local backend: one SQLite file.

Promises: a batch is one transaction, durable when it returns; a reader sees one moment and leaves nothing behind; files are
0600 from their first byte; an older store is backed up before it is migrated, a newer one is refused; whatever SQLite reports
comes out as a `BackendError` with the old state intact.
"""

from stigmer.backends.local.store import LocalBackend

__all__ = ["LocalBackend"]
