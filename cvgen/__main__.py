"""The command `cvgen`, also as `python -m cvgen`."""

import signal

# Until commands listen to signals there is nothing to tidy up: Ctrl-C ends Python without a traceback of its imports.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from cvgen.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
