# SPDX-License-Identifier: Apache-2.0
"""Plans that are kept in a file: written after a look, carried out later, exactly as they were seen or not at all.

Promises: the file holds no secret, only where each is to be read and what its fingerprint must be; what applying uses comes back
as it was; an edited file is recognized. The digest finds slips, not forgers: whoever may write the file can make another plan.
"""
