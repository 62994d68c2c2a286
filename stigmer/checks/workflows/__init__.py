# SPDX-License-Identifier: Apache-2.0
"""What a workflow gets wrong: where `then` leads, what its expressions say."""
