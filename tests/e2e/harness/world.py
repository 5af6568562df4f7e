"""What all checks share: three upstreams, one Wicket in front of them, and ways to make another one."""

import itertools

from .clients import USUAL, connect
from .processes import Processes
from .upstreams import Everything, Filesystem, Notes
from .wicket import Wicket

CONNECTORS = ["notes", "everything", "filesystem"]


class World:
    def __init__(self, folder, program, node, node_folder, schemas):
        self.folder = folder
        self.program = program
        self.node = node
        self.node_folder = node_folder
        self.schemas = schemas
        self.processes = Processes(folder)
        self._numbers = itertools.count(1)
        self.notes = Notes(self.processes, folder)
        self.everything = Everything(self.processes, folder, node, node_folder)
        self.filesystem = Filesystem(folder, node, node_folder)
        self.wicket = self.another_wicket("main")

    async def start(self):
        """Starts the upstreams, pins their tools, and serves the policies of the fixtures."""
        await self.notes.start()
        await self.everything.start()
        self.wicket.configure("".join(one.section() for one in self.upstreams))
        self.wicket.write_policy("agent.wkt")
        self.wicket.write_policy("files.wkt", root=self.filesystem.root)
        for connector in CONNECTORS:
            await self.wicket.command("catalog", "pull", connector)
        await self.wicket.create_agent()
        await self.wicket.start()

    async def mend(self):
        """Serves again, where a check has failed between an end and a start."""
        if self.wicket.server.returncode is not None:
            await self.wicket.start()

    @property
    def upstreams(self):
        return [self.notes, self.everything, self.filesystem]

    def token(self):
        """A word that was never used before."""
        return f"token-{next(self._numbers)}"

    def another_wicket(self, name, data=None):
        return Wicket(self.program, self.folder / name, self.processes, data)

    def connect(self, member, kind=USUAL, wicket=None):
        """A connected client of a member, for `async with`."""
        return connect(kind, (wicket or self.wicket).url, member.key, self.node, self.node_folder)

    async def wicket_with_notes(self, name, data=None, start=True):
        """A Wicket of its own in front of a notes server of its own."""
        notes = Notes(self.processes, self.folder, name=f"{name}-notes")
        await notes.start()
        wicket = self.another_wicket(name, data)
        wicket.configure(notes.section('timeout = "3s"\n'))
        wicket.write_policy("notes.wkt")
        await wicket.command("catalog", "pull", "notes")
        await wicket.create_agent()
        if start:
            await wicket.start()
        return wicket, notes

    async def end(self):
        await self.processes.end_all()
