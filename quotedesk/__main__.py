"""python -m quotedesk."""

from quotedesk.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
