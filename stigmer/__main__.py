# SPDX-License-Identifier: Apache-2.0
"""`python -m stigmer` is the command `stigmer`."""

import sys

from stigmer.cli.main import main

sys.exit(main())
