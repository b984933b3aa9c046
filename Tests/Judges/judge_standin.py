#!/usr/bin/env python3
"""The official Globus CLI and SDK, unchanged, drive the stand-in; jsonschema looks at what the program prints. Usage: judge_standin.py PROGRAM [PART OF A NAME]"""

import sys

import judge_aps  # noqa: F401  (registers its judgements)
import judge_bag  # noqa: F401
import judge_cli  # noqa: F401
import judge_login  # noqa: F401
import judge_schema  # noqa: F401
import judge_sdk  # noqa: F401
from support import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
