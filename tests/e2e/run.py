"""Runs the end-to-end checks: `run.py --wicket PROGRAM … --folder FOLDER [WORD…]`; `--help` tells the rest.

`cargo xtask e2e` installs what is needed and calls this. With words, only the checks run whose group or name holds
one of them.
"""

import argparse
import asyncio
import importlib
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

from harness.checks import CHECKS, Failed
from harness.disk import SMALL_DISK, as_root
from harness.world import World

# In this order: the audit is looked at when there is something in it.
GROUPS = [
    "clients",
    "calls",
    "breaker",
    "editing",
    "switching",
    "restart",
    "keys",
    "files",
    "audit",
    "definitions",
    "catalogs",
    "failures",
    "starting",
    "storage",
    "outputs",
]

HERE = Path(__file__).resolve().parent

# A check that takes longer hangs.
CHECK_SECONDS = 120


def chosen(words):
    for group in GROUPS:
        importlib.import_module(f"checks.{group}")
    if not words:
        return CHECKS
    return [one for one in CHECKS if any(word == one.group or word in one.name for word in words)]


def innermost(error):
    """What went wrong, and where in our own files. The SDKs wrap errors in groups of groups."""
    if isinstance(error, BaseExceptionGroup):
        return [line for one in error.exceptions for line in innermost(one)]
    return [f"{type(error).__name__}: {error}", *places(error)]


def places(error):
    frames = traceback.extract_tb(error.__traceback__)
    checks = str(HERE / "checks")
    return [f"  {frame.filename}:{frame.lineno}: {frame.line}" for frame in frames if checks in frame.filename]


async def run(check, world):
    """Runs one check; says whether it passed."""
    began = time.monotonic()
    try:
        await world.mend()
        await asyncio.wait_for(check.function(world), CHECK_SECONDS)
    except Failed as failure:
        problem = str(failure)
    except TimeoutError:
        problem = f"it took longer than {CHECK_SECONDS} s"
    except Exception as error:  # a fault of the check itself is a failure like any other
        problem = "\n".join(innermost(error))
    else:
        print(f"ok    {check.group}: {check.name} ({time.monotonic() - began:.1f} s)", flush=True)
        return True
    print(f"FAIL  {check.group}: {check.name}", flush=True)
    print("      " + problem.strip().replace("\n", "\n      "), flush=True)
    return False


async def clear(folder):
    """Makes the folder anew. A run that was killed may have left its small disk mounted."""
    disk = folder / SMALL_DISK
    if disk.is_mount():
        await as_root("umount", str(disk))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


async def run_all(checks, arguments):
    folder = arguments.folder.resolve()
    await clear(folder)
    peers = [arguments.wicket, arguments.node, arguments.node_folder, arguments.schemas]
    world = World(folder, *(path.resolve() for path in peers))
    this = asyncio.current_task()
    for which in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(which, this.cancel)
    try:
        await world.start()
        results = [await run(check, world) for check in checks]
    except Failed as failure:
        print(f"FAIL  the world does not start: {failure}")
        results = [False]
    finally:
        await world.end()
    passed = sum(results)
    print(f"{passed} passed, {len(results) - passed} failed")
    if passed < len(results):
        print(f"What every process said is in {folder}")
    return 0 if passed == len(results) else 1


def main():
    parser = argparse.ArgumentParser(description="The end-to-end checks of Wicket with real peers.")
    parser.add_argument("--wicket", type=Path, required=True, help="the program")
    parser.add_argument("--node", type=Path, required=True)
    parser.add_argument("--node-folder", type=Path, required=True, help="with the installed npm packages")
    parser.add_argument("--schemas", type=Path, required=True, help="with sarif.json and junit.xsd")
    parser.add_argument("--folder", type=Path, required=True, help="for this run; what is in it is removed")
    parser.add_argument("--list", action="store_true", help="only print the names")
    parser.add_argument("words", nargs="*", help="groups, or parts of names")
    arguments = parser.parse_args()
    checks = chosen(arguments.words)
    if arguments.list:
        print("\n".join(f"{one.group}: {one.name}" for one in checks))
        return 0
    if not checks:
        print("no check has such a name; `--list` shows all")
        return 1
    try:
        return asyncio.run(run_all(checks, arguments))
    except asyncio.CancelledError:
        print("interrupted; every process was ended")
        return 1


if __name__ == "__main__":
    sys.exit(main())
