# SPDX-License-Identifier: Apache-2.0
"""Programs that make or check parts of this repository; nothing here is shipped."""
