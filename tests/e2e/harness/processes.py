"""Child processes, each in a group of its own, so that none outlives the run."""

import asyncio
import os
import signal
import socket
from pathlib import Path

from .checks import Failed

# How long a server may take until it listens, on a busy machine.
START_SECONDS = 40


def free_port():
    """A port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def listening(port, process):
    """Waits until something listens on the port, or fails with what the process said."""
    for _ in range(START_SECONDS * 20):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            if process.returncode is not None:
                break
        await asyncio.sleep(0.05)
    raise Failed(f"{process.name} does not listen on port {port}:\n{process.said()}")


class Running:
    """A started process, whose standard error (and output, unless it is read) goes to a file."""

    def __init__(self, name, child, log):
        self.name = name
        self.child = child
        self.log = Path(log)

    @property
    def returncode(self):
        return self.child.returncode

    def said(self, last=2000):
        return self.log.read_text(errors="replace")[-last:]

    async def end(self, how=signal.SIGTERM, patience=10):
        """Ends the process and its group; asks first, unless told to kill."""
        if self.child.returncode is None:
            self._signal(how)
            try:
                await asyncio.wait_for(self.child.wait(), patience)
            except TimeoutError:
                self._signal(signal.SIGKILL)
                await self.child.wait()
        # What it started itself may still be there.
        self._signal(signal.SIGKILL)

    def _signal(self, which):
        try:
            os.killpg(self.child.pid, which)
        except (ProcessLookupError, PermissionError):
            pass


class Processes:
    """Everything that was started in this run."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    async def start(self, name, command, environment=None, output=False):
        """Starts a command. Its environment is ours with `environment` on top."""
        log = self.folder / f"{name}.log"
        with open(log, "ab") as file:
            child = await asyncio.create_subprocess_exec(
                *[str(part) for part in command],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if output else file,
                stderr=file,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        running = Running(name, child, log)
        self.running.append(running)
        return running

    async def end_all(self):
        for running in reversed(self.running):
            await running.end(patience=3)
