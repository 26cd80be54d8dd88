"""The program: `lca`, and `python -m lca`."""

from __future__ import annotations

import os

INTERRUPTED = 130


def main() -> None:
    """Run the command line, ready to be interrupted before anything else is loaded."""
    try:
        import signal

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not so in the background
            signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        from lca.cli import main as command_line

        command_line(alone=True)
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
