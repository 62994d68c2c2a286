# SPDX-License-Identifier: Apache-2.0
"""What a plan means: beside the fields, what agents, workflows and people can do afterwards that they could not before."""
