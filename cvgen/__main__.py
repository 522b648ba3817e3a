"""python -m cvgen."""

from cvgen.cli.app import main

if __name__ == "__main__":
    main()
