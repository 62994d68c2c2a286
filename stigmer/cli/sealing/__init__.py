# SPDX-License-Identifier: Apache-2.0
"""Values that manifests hold sealed: to whom, by whom they are opened, and which of them are meant."""
