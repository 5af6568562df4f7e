"""Starts an upstream over stdio and records what arrives, line by line, before it passes it on.

    recording_stdio.py FILE COMMAND ARGUMENT…

The upstream writes to our standard output itself, and ends when our standard input does.
"""

import subprocess
import sys

from arrivals import Arrivals


def main():
    arrivals = Arrivals(sys.argv[1])
    with subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE) as upstream:
        try:
            for line in sys.stdin.buffer:
                arrivals.note(line)
                upstream.stdin.write(line)
                upstream.stdin.flush()
        except BrokenPipeError:
            pass
        finally:
            upstream.terminate()


if __name__ == "__main__":
    main()
