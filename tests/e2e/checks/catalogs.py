"""Real servers of the connectors that ship: what they list is what is pinned; and a first pull from a command line."""

import asyncio
import json
import sys
from pathlib import Path

from harness.checks import check, check_each, holds, same

# What the server shows only to a client that has roots, sampling and elicitation, which Wicket has not.
OF_OTHER_CLIENTS = {"get-roots-list", "trigger-elicitation-request", "trigger-sampling-request"}


def command(world, connector):
    """The command line of a server whose connector ships."""
    scripts = Path(sys.executable).parent
    packages = world.node_folder / "node_modules"
    root = world.folder / "catalogs"
    root.mkdir(exist_ok=True)
    return {
        "filesystem": [world.node, packages / "@modelcontextprotocol/server-filesystem/dist/index.js", root],
        "git": [scripts / "mcp-server-git"],
        "memory": [world.node, packages / "@modelcontextprotocol/server-memory/dist/index.js"],
        "playwright": [world.node, packages / "@playwright/mcp/cli.js", "--headless"],
        "time": [scripts / "mcp-server-time"],
    }[connector]


async def catalog(world, action, policies, connector, server):
    """Runs `wicket catalog`: its exit code, and what it told."""
    child = await asyncio.create_subprocess_exec(
        *map(str, [world.program, "catalog", action, "--as", connector]),
        *map(str, ["--policies", policies, "--format", "json", "--", *server]),
        cwd=world.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(child.communicate(), 90)
    holds(f"{action} of {connector} ended with {child.returncode}: {err.decode()}", child.returncode in (0, 1))
    return child.returncode, json.loads(out)


@check_each("the server lists what its shipped connector pins", ["filesystem", "git", "memory", "playwright", "time"])
async def as_pinned(world, connector):
    code, told = await catalog(world, "diff", world.folder / "no-policies", connector, command(world, connector))
    same(f"what differs: {told}", (code, told["same"]), (0, True))


@check("of the tools of everything, each that Wicket is shown is as its shipped connector pins it")
async def everything_as_pinned(world):
    code, told = await catalog(world, "diff", world.folder / "no-policies", "everything", [f"http://127.0.0.1:{world.everything.port}/mcp"])
    same("the exit code", code, 1)
    same("what is gone", set(told["removed"]), OF_OTHER_CLIENTS)
    same("what is new, and what changed", (told["added"], told["shape_changed"]), ([], []))


@check("a first pull from a command line writes a declaration in which each tool waits for a tier")
async def first_pull(world):
    policies = world.folder / "first-pull-of-a-command"
    server = command(world, "memory")
    code, told = await catalog(world, "pull", policies, "graph", server)
    same("the exit code, and the errors of the policies", (code, told["errors"]), (0, 0))
    same("the tools without a tier", {one["tier"] for one in told["waiting"]}, {None})
    holds("the declaration names them", "//   read_graph" in (policies / "graph.wkt").read_text())
    code, told = await catalog(world, "diff", policies, "graph", server)
    same("what differs afterwards", (code, told["same"]), (0, True))
    (policies / "graph.wkt").write_text(
        'connector graph {\n  tools "graph.tools.json"\n\n  read read_graph\n}\n\n'
        "policy reading {\n  permit graph:read\n}\n"
    )
    code, told = await catalog(world, "pull", policies, "graph", server)
    same("the errors of the policies", told["errors"], 0)
    holds("what is named is in its tier", "read_graph" not in {one["tool"] for one in told["waiting"]})


@check("a server that serves other tools differs, and the rules that touch them are named")
async def another_server(world):
    policies = world.folder / "another-server"
    policies.mkdir()
    (policies / "agent.wkt").write_text("use time\n\npolicy clocks {\n  permit time:read\n}\n")
    code, told = await catalog(world, "diff", policies, "time", command(world, "git"))
    same("the exit code", code, 1)
    touched = {one["tool"]: [rule["policy"] for rule in one["rules"]] for one in told["touched"]}
    same("the rules", touched, {"get_current_time": ["clocks"], "convert_time": ["clocks"]})
    same("what new tools would enter", {one["tier"] for one in told["waiting"]}, {None})
