# SPDX-License-Identifier: Apache-2.0
"""The suite that is shared by the tests of every backend explains its failures like a test module."""

import pytest

pytest.register_assert_rewrite("tests.backends.conformance", "tests.backends.builders")
