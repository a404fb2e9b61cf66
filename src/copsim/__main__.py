"""`python -m copsim` is the command `copsim`."""

import sys

from copsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
