"""Real clients of both SDKs behind one shape: `list`, `call`, and the revision that they settled on."""

import asyncio
import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import Implementation

from .checks import Failed

NODE_CLIENT = "client.mjs"

# The clients of the end-to-end tests, and the revision that each has to speak with Wicket.
CLIENTS = {
    "python 2026-07-28": "2026-07-28",
    "python legacy": "2025-11-25",
    "npm client auto": "2026-07-28",
    "npm client pinned": "2026-07-28",
    "npm sdk legacy": "2025-11-25",
}

# Where a check is not about clients, this one calls.
USUAL = "python 2026-07-28"

DECISION = "sh.wicket/decision"


@dataclass
class Answer:
    """What a client made of the answer to a call: a result, or an error of the protocol."""

    is_error: bool = False
    text: str = ""
    meta: dict = field(default_factory=dict)
    code: int | None = None

    @property
    def decision(self):
        """What Wicket says about its decision, on a denial."""
        return self.meta.get(DECISION)

    @property
    def reason(self):
        return (self.decision or {}).get("reason")

    @classmethod
    def of(cls, result):
        texts = [part["text"] for part in result.get("content", []) if part.get("type") == "text"]
        return cls(bool(result.get("isError")), "\n".join(texts), result.get("_meta") or {})


class PythonClient:
    def __init__(self, client):
        self._client = client

    @property
    def version(self):
        return self._client.protocol_version

    async def list(self):
        listed = await self._client.list_tools(cache_mode="bypass")
        return {tool.name: tool.model_dump(by_alias=True) for tool in listed.tools}

    async def call(self, name, arguments=None):
        try:
            result = await self._client.call_tool(name, arguments or {})
        except MCPError as error:
            return Answer(text=error.message, code=error.code)
        return Answer.of(result.model_dump(by_alias=True, mode="json"))


class NodeClient:
    def __init__(self, child):
        self._child = child
        self.version = None

    async def ask(self, **command):
        self._child.stdin.write((json.dumps(command) + "\n").encode())
        await self._child.stdin.drain()
        line = await asyncio.wait_for(self._child.stdout.readline(), 60)
        if not line:
            raise Failed("the npm client ended without an answer")
        return json.loads(line)

    async def connect(self):
        answer = await self.ask(op="connect")
        if "error" in answer:
            raise Failed(f"the npm client cannot connect: {answer['error']}")
        self.version = answer["version"]

    async def list(self):
        answer = await self.ask(op="list")
        if "error" in answer:
            raise Failed(f"the npm client cannot list: {answer['error']}")
        return {tool["name"]: tool for tool in answer["tools"]}

    async def call(self, name, arguments=None):
        answer = await self.ask(op="call", name=name, arguments=arguments or {})
        if "error" in answer:
            return Answer(text=answer["error"]["message"], code=answer["error"]["code"])
        return Answer.of(answer["result"])


@contextlib.asynccontextmanager
async def python_client(url, key, mode):
    headers = {"authorization": f"Bearer {key}"}
    # The environment's proxies are not asked: everything is on loopback.
    async with httpx2.AsyncClient(headers=headers, timeout=60, trust_env=False) as http:
        transport = streamable_http_client(url, http_client=http)
        info = Implementation(name="e2e-python", version="1.0.0")
        async with Client(transport, mode=mode, client_info=info) as client:
            yield PythonClient(client)


@contextlib.asynccontextmanager
async def node_client(node, folder, url, key, mode):
    child = await asyncio.create_subprocess_exec(
        str(node),
        NODE_CLIENT,
        url,
        mode,
        cwd=folder,
        env={**os.environ, "WICKET_KEY": key},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A line holds a whole list of tools.
        limit=16 * 1024 * 1024,
    )
    try:
        client = NodeClient(child)
        await client.connect()
        yield client
    finally:
        child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            child.kill()
            await child.wait()


def connect(kind, url, key, node, node_folder):
    """A client of one of the `CLIENTS`, connected, to be used by `async with`."""
    match kind:
        case "python 2026-07-28":
            return python_client(url, key, "2026-07-28")
        case "python legacy":
            return python_client(url, key, "legacy")
        case "npm client auto":
            return node_client(node, node_folder, url, key, "auto")
        case "npm client pinned":
            return node_client(node, node_folder, url, key, "pin")
        case "npm sdk legacy":
            return node_client(node, node_folder, url, key, "sdk")
    raise Failed(f"there is no client {kind}; known are {', '.join(CLIENTS)}")


@contextlib.asynccontextmanager
async def raw_http():
    """For what no well-behaved client sends."""
    async with httpx2.AsyncClient(timeout=60, trust_env=False) as http:
        yield http


def fixture_folder():
    return Path(__file__).resolve().parent.parent
