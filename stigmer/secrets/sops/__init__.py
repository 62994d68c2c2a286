# SPDX-License-Identifier: Apache-2.0
"""Opening what sops encrypted (https://getsops.io): files in YAML whose data key is encrypted to age recipients.

`opening` gives all values of a file or none: its MAC is held against the whole file first. `values` are the single ciphertexts,
`scalars` what a value that is not encrypted adds to the MAC. Files are read only, never written.
"""
