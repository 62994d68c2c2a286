# SPDX-License-Identifier: Apache-2.0
"""The room of executions: one run of an agent or of a workflow.

What it will promise: an execution that a backend holds is claimed by one runner at a time, goes through its
phases in order, survives the death of its runner, and meets a secret only inside the step that needs it. It
will know a backend by `stigmer.backends.contract` alone, and nothing of `stigmer.reconcile`.

Nothing lives here yet: this version declares executions and does not run them.
"""
