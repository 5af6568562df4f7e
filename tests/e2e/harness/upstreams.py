"""The upstreams, and what arrived at each of them."""

import json
import signal
import sys
from pathlib import Path

from .processes import free_port, listening

HERE = Path(__file__).resolve().parent.parent
PEERS = HERE / "peers"


class Log:
    """The upstream's own log of what arrived."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.touch()

    def messages(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def calls(self):
        """Each `tools/call` that arrived, as tool and arguments."""
        params = [message["params"] for message in self.messages() if message["method"] == "tools/call"]
        return [(one["name"], one.get("arguments")) for one in params]

    def watch(self):
        """What arrives from now on."""
        return Watch(self)


class Watch:
    def __init__(self, log):
        self._log = log
        self._before = len(log.calls())

    def calls(self):
        return self._log.calls()[self._before :]


class Notes:
    """Our own server of the 2026-07-28 era. It can come back as another variant at the same address."""

    def __init__(self, processes, folder, name="notes"):
        self._processes = processes
        self.name = name
        self.port = free_port()
        self.log = Log(folder / f"{name}.arrived.jsonl")
        self._process = None

    async def start(self, variant="first"):
        command = [sys.executable, PEERS / "notes_server.py", "--port", self.port, "--log", self.log.path]
        self._process = await self._processes.start(self.name, [*command, "--variant", variant])
        await listening(self.port, self._process)

    async def stop(self):
        await self._process.end(patience=2)

    async def kill(self):
        await self._process.end(how=signal.SIGKILL)

    def section(self, more=""):
        return f'[connectors.notes]\nurl = "http://127.0.0.1:{self.port}/mcp"\n{more}'


class Everything:
    """npm `server-everything` over streamable HTTP, behind a proxy that records."""

    def __init__(self, processes, folder, node, node_folder):
        self._processes = processes
        self._node = node
        self._node_folder = node_folder
        self.port = free_port()
        self.log = Log(folder / "everything.arrived.jsonl")

    async def start(self):
        behind = free_port()
        program = self._node_folder / "node_modules/@modelcontextprotocol/server-everything/dist/index.js"
        command = [self._node, "--import", self._node_folder / "loopback.mjs", program, "streamableHttp"]
        server = await self._processes.start("everything", command, {"PORT": str(behind)})
        to = f"http://127.0.0.1:{behind}"
        command = [sys.executable, PEERS / "recording_proxy.py", "--port", self.port, "--to", to]
        proxy = await self._processes.start("everything-proxy", [*command, "--log", self.log.path])
        await listening(behind, server)
        await listening(self.port, proxy)

    def section(self):
        return f'[connectors.everything]\nurl = "http://127.0.0.1:{self.port}/mcp"\n'


class Filesystem:
    """npm `server-filesystem` over stdio, started by Wicket through a wrapper that records."""

    def __init__(self, folder, node, node_folder):
        self.root = folder / "files"
        self.log = Log(folder / "filesystem.arrived.jsonl")
        program = node_folder / "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js"
        wrapper = [sys.executable, PEERS / "recording_stdio.py", self.log.path]
        self._command = [str(part) for part in [*wrapper, node, program, self.root]]
        for name in ["open", "closed"]:
            (self.root / name).mkdir(parents=True)

    def section(self):
        return f"[connectors.filesystem]\ncommand = {json.dumps(self._command)}\n"
