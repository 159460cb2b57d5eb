"""`python -m mtag` is the command `mtag`."""

from mtag.cli import main

if __name__ == "__main__":
    main()
