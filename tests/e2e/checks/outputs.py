"""What `wicket check` writes for other programs, held against what those programs read by: the schema of SARIF 2.1.0,
the schema of JUnit's XML in Jenkins, and the commands that GitHub's toolkit writes. And what a terminal shows while a
command waits."""

import asyncio
import json
import os
import pty
import re
import xml.etree.ElementTree as ElementTree

import jsonschema
import xmlschema

from harness.checks import check, check_each, holds, same

# Each a folder of policies with another thing wrong; the names and texts need every kind of escaping.
FINDINGS = {
    "nothing wrong": """use time

policy clock { permit time.get_current_time }

test "the time is told" { call time.get_current_time { timezone: "Europe/Berlin" } expect permit by clock }
""",
    "errors": """use time
policy one { permit time.get_curent_time when args.timezone is 5 }
policy one { permit time:reed }
""",
    "warnings": """use time
set unused = ["a%b", "c,d:e"]
policy clock { forbid time.get_current_time }
""",
    "failed tests": """use time

policy clock { permit time.get_current_time when args.timezone is "Europe/Berlin" }

test "50% of <all> \\"tests\\", & more: fail" {
  call time.get_current_time { timezone: "Europe/Paris" } expect permit by clock
}
test "ä second one" { call time.get_current_time { timezone: "Europe/Berlin" } expect deny }
""",
}


async def checked(world, what, form):
    """The policies of that name in a folder that needs escaping itself, and what the check of them printed."""
    folder = world.folder / "outputs" / f"{what}, 100% ü"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agent.wkt").write_text(FINDINGS[what])
    child = await asyncio.create_subprocess_exec(
        *map(str, [world.program, "check", folder, "--format", form]),
        cwd=world.folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(child.communicate(), 60)
    wrong = what in ("errors", "failed tests")
    holds(f"it ended with {child.returncode}: {err.decode()}", (child.returncode != 0) == wrong)
    return out.decode()


@check_each("what is written as SARIF is valid by the schema of SARIF 2.1.0", list(FINDINGS))
async def sarif(world, what):
    schema = json.loads((world.schemas / "sarif.json").read_text())
    log = json.loads(await checked(world, what, "sarif"))
    errors = [f"{error.json_path}: {error.message}" for error in jsonschema.Draft7Validator(schema).iter_errors(log)]
    same("what the schema says", errors, [])
    results = log["runs"][0]["results"]
    holds(f"findings: {len(results)}", bool(results) == (what != "nothing wrong"))
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    holds("each finding names a rule of the log", {result["ruleId"] for result in results} <= rules)


@check_each("what is written as JUnit's XML is valid by the schema that Jenkins reads by", list(FINDINGS))
async def junit(world, what):
    text = await checked(world, what, "junit")
    schema = xmlschema.XMLSchema(str(world.schemas / "junit.xsd"))
    same("what the schema says", [error.reason for error in schema.iter_errors(text)], [])
    root = ElementTree.fromstring(text)
    cases = root.findall(".//testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    broken = [case for case in cases if case.find("error") is not None]
    same("the sums", (root.get("tests"), root.get("failures"), root.get("errors")), tuple(map(str, map(len, (cases, failed, broken)))))
    holds(f"{len(failed)} failed, {len(broken)} errors", bool(failed) == (what == "failed tests") and bool(broken) == (what == "errors"))
    if failed:
        same("the name as it was written", failed[0].get("name"), '50% of <all> "tests", & more: fail')


COMMAND = re.compile(r"::(\w+) file=([^,]*),line=(\d+),col=(\d+),endLine=(\d+),endColumn=(\d+),title=([^,]*)::(.*)")


def unescaped(text):
    for escape, character in [("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")]:
        text = text.replace(escape, character)
    return text


@check_each("annotations are the commands that GitHub's toolkit writes for the same", list(FINDINGS))
async def annotations(world, what):
    lines = (await checked(world, what, "github")).splitlines()
    asked, ours = [], []
    for line in lines:
        found = COMMAND.fullmatch(line)
        holds(f"an annotation: {line}", found)
        level, file, start, column, end, end_column, title, message = found.groups()
        properties = {"title": unescaped(title), "file": unescaped(file), "startLine": int(start), "endLine": int(end)}
        properties |= {"startColumn": int(column), "endColumn": int(end_column)}
        asked.append({"level": level, "message": unescaped(message), "properties": properties})
        ours.append(parts(line))
    holds(f"annotations: {len(asked)}", bool(asked) == (what != "nothing wrong"))
    child = await asyncio.create_subprocess_exec(
        *map(str, [world.node, world.node_folder / "annotations.mjs"]),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(child.communicate(json.dumps(asked).encode()), 30)
    same("GitHub's own", [parts(line) for line in out.decode().splitlines()], ours)


def parts(line):
    """A command with its properties in no order."""
    _, head, message = line.split("::", 2)
    level, properties = head.split(" ", 1)
    return level, sorted(properties.split(",")), message


async def asked_slowly(world, err, variables):
    """Asks a server for its tools that says nothing for two seconds; its errors go to the stream."""

    async def say_nothing(_, writer):
        await asyncio.sleep(2)
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    child = await asyncio.create_subprocess_exec(
        *map(str, [world.program, "catalog", "pull", "--as", "slow", f"http://127.0.0.1:{port}/mcp", "--dry-run"]),
        cwd=world.folder,
        env=os.environ | variables,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=err,
    )
    out, piped = await asyncio.wait_for(child.communicate(), 60)
    server.close()
    holds(f"it ended with {child.returncode}: {out.decode()}", child.returncode == 2)
    return piped


async def shown_on_a_terminal(world, variables):
    ours, its = pty.openpty()
    try:
        await asked_slowly(world, its, variables)
        os.set_blocking(ours, False)
        return os.read(ours, 1 << 16).decode()
    finally:
        os.close(its)
        os.close(ours)


@check("while a server is slow, a terminal shows what is waited for, and the line is gone before the error")
async def slow_on_a_terminal(world):
    shown = await shown_on_a_terminal(world, {"TERM": "xterm", "NO_COLOR": "1"})
    holds(f"what is waited for: {shown!r}", "asking slow for its tools … 1 s" in shown)
    after = shown.rsplit("\r\x1b[2K", 1)[-1]
    holds(f"the error alone is left: {after!r}", after.startswith("error: ") and "…" not in after)


@check("while a server is slow, a pipe and a terminal that rubs nothing out are shown the error alone")
async def slow_elsewhere(world):
    piped = (await asked_slowly(world, asyncio.subprocess.PIPE, {"TERM": "xterm"})).decode()
    dumb = await shown_on_a_terminal(world, {"TERM": "dumb", "NO_COLOR": "1"})
    for shown in (piped, dumb):
        holds(f"the error alone: {shown!r}", shown.startswith("error: ") and "…" not in shown)
