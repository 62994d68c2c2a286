# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a document, in words, and what to write instead; imported only where something is."""
