"""A changed policy holds for the very next call."""

import asyncio
import time

import httpx2

from harness.checks import check, holds, same

POLICY = "agent.wkt"
FIRST = 'set open_notes = ["welcome", "plan"]'
WIDER = 'set open_notes = ["welcome", "plan", "diary"]'


async def write(client, name):
    return await client.call("notes__write_note", {"name": name, "text": "x"})


def edit(wicket, before, after):
    text = wicket.read_policy(POLICY)
    holds(f"`{before}` is in the policy", before in text)
    wicket.write_policy(POLICY, text.replace(before, after))


async def ready(wicket):
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(wicket.url.replace("/mcp", "/readyz"))
    return answer.status_code, answer.text


async def until(what, seconds, condition):
    """Waits until the condition holds; says how long it took."""
    began = time.monotonic()
    while not await condition():
        holds(f"{what} within {seconds} s", time.monotonic() - began < seconds)
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@check("the very next call after `wicket reload` is judged by the new policy, by its next version")
async def reload(world):
    wicket = world.wicket
    member = await wicket.member()
    async with world.connect(member) as client:
        same("before the edit", (await write(client, "diary")).reason, "policy")
        edit(wicket, FIRST, WIDER)
        published = await wicket.command("reload")
        answer = await write(client, "diary")
        holds(f"after the edit: {answer}", not answer.is_error)
        edit(wicket, WIDER, FIRST)
        again = await wicket.command("reload")
        same("after the edit back", (await write(client, "diary")).reason, "policy")
    judged = [one["body"] for one in await wicket.records(member=member) if one["kind"] in ("intent", "denied")]
    versions = [[one["version"] for one in body["policies"] if one["name"] == "two_notes"] for body in judged]
    first = versions[0]
    same("how many decided", [len(one) for one in versions], [1, 1, 1])
    holds(f"the edit is a new version: {versions}", versions[1] != first)
    same("the edit back is the first version", versions[2], first)
    same("the epoch of the second call", str(judged[1]["epoch"]), str(published[0]["epoch"]))
    same("the epoch of the third call", str(judged[2]["epoch"]), str(again[0]["epoch"]))
    same("the artifact of the second call", judged[1]["artifact"], published[0]["artifact"])


@check("a saved policy is in force within a second by itself")
async def watcher(world):
    wicket = world.wicket
    member = await wicket.member("auditors")
    narrow = "notes.list_notes, notes.wait"
    async with world.connect(member) as client:
        edit(wicket, narrow, "notes.wait")

        async def gone():
            return (await client.call("notes__list_notes")).code == -32602

        took = await until("the edit is in force", 5, gone)
        edit(wicket, "notes.wait", narrow)

        async def back():
            return (await client.call("notes__list_notes")).code is None

        took_back = await until("the edit back is in force", 5, back)
    holds(f"it took {took:.2f} s and {took_back:.2f} s", max(took, took_back) <= 1)


@check("a broken edit changes nothing, is said loudly, and is mended by the next save")
async def broken(world):
    wicket = world.wicket
    member = await wicket.member()
    async with world.connect(member) as client:
        edit(wicket, FIRST, "set open_notes = [")
        code, text = await wicket.run("reload")
        same("the exit code of reload", code, 1)
        holds(f"reload says what is wrong: {text}", POLICY in text and "error[" in text)

        async def degraded():
            status, body = await ready(wicket)
            same("the status of /readyz", status, 200)
            return "degraded" in body

        await until("/readyz says that it is degraded", 5, degraded)
        holds("the log says it", "not in force" in wicket.server.said(20000))
        answer = await write(client, "plan")
        holds(f"the last good policy permits: {answer}", not answer.is_error)
        same("the last good policy denies", (await write(client, "diary")).reason, "policy")
        edit(wicket, "set open_notes = [", FIRST)

        async def mended():
            return "degraded" not in (await ready(wicket))[1]

        await until("/readyz is well again", 5, mended)


@check("half of a save of many files is never in force")
async def many_files(world):
    """Two files that are right together only: the first names a set that the second brings."""
    wicket = world.wicket
    before = len(await wicket.records("--kind", "publication"))
    wicket.write_policy("half_one.wkt", "policy half { forbid notes.wait when args.seconds in long_waits }\n")
    await asyncio.sleep(0.15)
    wicket.write_policy("half_two.wkt", "set long_waits = [60, 90]\n")

    async def published():
        return len(await wicket.records("--kind", "publication")) > before

    await until("the whole is published", 5, published)
    holds("the half was never reported as broken", "long_waits" not in wicket.server.said(3000))
    for name in ["half_one.wkt", "half_two.wkt"]:
        (wicket.policies / name).unlink()
    await wicket.command("reload")


@check("a built artifact is served like its folder, and a damaged one is refused")
async def artifact(world):
    wicket, notes = await world.wicket_with_notes("artifact", start=False)
    built = wicket.folder / "agent.wkb"
    code, text = await wicket.run("build", str(wicket.policies), "-o", str(built), configured=False)
    same(f"the exit code of build ({text})", code, 0)
    wicket.configure(notes.section(), policies=built)
    await wicket.start()
    member = await wicket.member()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__read_note", {"name": "welcome"})
    same("the answer", answer.text, "hello")
    await wicket.stop()
    bytes_of = bytearray(built.read_bytes())
    bytes_of[len(bytes_of) // 2] ^= 1
    built.write_bytes(bytes_of)
    code, text = await wicket.run("reload")
    holds(f"reload of a damaged artifact ended with {code}: {text}", code == 2 and "agent.wkb" in text)
