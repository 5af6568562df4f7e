"""One installation of Wicket: its folder, its configuration, its commands, and the server."""

import asyncio
import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from .checks import Failed, holds
from .processes import free_port, listening

AGENT = "coder"

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@dataclass(frozen=True)
class Member:
    """A member with a key, which is a session of its own."""

    email: str
    key: str
    key_id: str


class Wicket:
    """A folder with a `wicket.toml`, and the program that works in it."""

    def __init__(self, program, folder, processes, data=None):
        self.program = program
        self.folder = Path(folder)
        self.processes = processes
        self.data = Path(data) if data else self.folder / "data"
        self.policies = self.folder / "policies"
        self.port = free_port()
        self.server = None
        self._members = 0
        self.policies.mkdir(parents=True)

    @property
    def config(self):
        return self.folder / "wicket.toml"

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/mcp"

    def configure(self, connectors, policies=None, listen=None):
        """Writes the configuration; `connectors` is the text of their sections."""
        self.config.write_text(
            f'policies = "{policies or self.policies}"\n'
            f'data = "{self.data}"\n'
            f'[listen]\naddress = "127.0.0.1:{listen or self.port}"\n'
            # The checks ask for more in a second than a person does.
            "[limits]\nburst = 10000\nper_second = 1000\n"
            f"{connectors}"
        )

    def write_policy(self, name, text=None, **values):
        """Writes a policy file: `text`, or the fixture of that name with its `{{names}}` replaced."""
        text = text if text is not None else (FIXTURES / name).read_text()
        for key, value in values.items():
            text = text.replace("{{" + key + "}}", str(value))
        # A save is one step, as good editors do it.
        fresh = self.policies / f".{name}.new"
        fresh.write_text(text)
        fresh.rename(self.policies / name)

    def read_policy(self, name):
        return (self.policies / name).read_text()

    async def run(self, *arguments, timeout=60, configured=True):
        """Runs a command: its exit code, and what it printed."""
        config = ["--config", str(self.config)] if configured else []
        child = await asyncio.create_subprocess_exec(
            str(self.program),
            *arguments,
            *config,
            "--format",
            "json",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(child.communicate(), timeout)
        except TimeoutError:
            child.kill()
            await child.wait()
            raise Failed(f"wicket {' '.join(arguments)} did not end in {timeout} s") from None
        return child.returncode, out.decode() + err.decode()

    async def command(self, *arguments):
        """Runs a command that has to succeed: its result."""
        code, text = await self.run(*arguments)
        holds(f"wicket {' '.join(arguments)} ended with {code}: {text.strip()}", code == 0)
        return json.loads(text)

    async def start(self):
        """Starts the server, and waits until it listens."""
        command = [self.program, "serve", "--config", self.config]
        self.server = await self.processes.start(f"wicket-{self.folder.name}", command)
        await listening(self.port, self.server)

    async def stop(self):
        await self.server.end()

    async def kill(self):
        """Ends the server without a chance to write anything more."""
        await self.server.end(how=signal.SIGKILL)

    async def create_agent(self):
        await self.command("agent", "create", AGENT)

    async def member(self, *groups):
        """A new member with a key, hence with a session that nothing else has touched."""
        self._members += 1
        email = f"member{self._members}@example.com"
        named = [part for group in groups for part in ("--group", group)]
        await self.command("member", "add", "--agent", AGENT, email, *named)
        created = await self.command("key", "create", "--agent", AGENT, "--member", email)
        return Member(email, created["key"], created["id"])

    async def records(self, *filters, member=None):
        """The audit records, in the order of the log."""
        filters = [*filters, *(["--member", member.email] if member else [])]
        return await self.command("audit", "query", "--limit", "100000", *filters)

    async def session_of(self, member):
        """The one session of a member."""
        found = [one for one in await self.command("session", "list") if one["member"] == member.email]
        holds(f"{member.email} has {len(found)} sessions", len(found) == 1)
        return found[0]

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
