"""What goes through, and what does not."""

from harness.checks import check, holds, same
from harness.upstreams import Log


@check("a tool's own error comes through as it is, and is recorded as one")
async def tool_error(world):
    member = await world.wicket.member()
    async with world.connect(member) as client:
        answer = await client.call("notes__fail")
    holds(f"the answer {answer}", answer.is_error and "fail" in answer.text)
    same("what Wicket says of it", answer.decision, None)
    outcomes = [one["body"]["outcome"] for one in await world.wicket.records("--kind", "outcome", member=member)]
    same("the outcomes", outcomes, ["error"])


@check("arguments that do not fit the pinned schema are refused and do not arrive")
async def misfits(world):
    member = await world.wicket.member()
    notes = world.notes.log.watch()
    async with world.connect(member) as client:
        for arguments in [{}, {"name": 7}, {"name": "plan", "surprise": True}]:
            answer = await client.call("notes__read_note", arguments)
            holds(f"{arguments} is refused, not {answer}", answer.is_error and answer.reason == "arguments")
    same("what arrived", notes.calls(), [])


@check("neither the member key nor a header of the client's reaches an upstream")
async def nothing_leaks(world):
    member = await world.wicket.member()
    async with world.connect(member) as client:
        await client.call("everything__echo", {"message": "hello"})
        await client.call("notes__read_note", {"name": "plan"})
        await client.call("filesystem__list_directory", {"path": str(world.filesystem.root)})
    for upstream in world.upstreams:
        log = Log(upstream.log.path)
        holds("no member key in any log", "wk_" not in log.path.read_text())
        for message in log.messages():
            holds("no authorization", "authorization" not in message["headers"])
            agent = message["headers"].get("user-agent", "")
            holds(f"no user agent of the client's: {agent}", "httpx" not in agent)
