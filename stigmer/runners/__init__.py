# SPDX-License-Identifier: Apache-2.0
"""The room of executions: one run of an agent or of a workflow.

What it will promise: an execution that a backend holds is claimed by one runner at a time, goes through its
phases in order, survives the death of its runner, and meets a secret only inside the step that needs it. It
will know a backend by `stigmer.backends.contract` alone, and nothing of `stigmer.reconcile`.

So far there is what a runner does with secrets: `context` opens and ends the context of an execution, `placeholders` puts values into a
step. Nothing runs yet: this version declares executions and does not run them.
"""
