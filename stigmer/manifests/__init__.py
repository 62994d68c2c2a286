# SPDX-License-Identifier: Apache-2.0
"""From files to checked manifests: sources, YAML, schema, canonical form, and the way back to YAML.

Promises: every problem of every file is reported, each with its file, line and column; nothing outside a source's root is read;
reading needs no backend, no network and no home.
"""
