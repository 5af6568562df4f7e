"""The tools of an upstream are called as an owner has seen them, or not at all."""

import asyncio
import time

from harness.checks import check, holds, same

# Wicket asks an upstream for its list at most this often.
LIST_SECONDS = 30


@check("before the first pull every tool answers definition_changed; afterwards it is called")
async def first_pull(world):
    wicket = world.another_wicket("first-pull")
    wicket.configure(world.everything.section())
    wicket.write_policy("first.wkt")
    await wicket.create_agent()
    await wicket.start()
    member = await wicket.member()
    everything = world.everything.log.watch()
    async with world.connect(member, wicket=wicket) as client:
        same("what is listed before", set(await client.list()), set())
        answer = await client.call("everything__echo", {"message": "x"})
        same("the reason before", answer.reason, "definition_changed")
        holds(f"the remedy is in `{answer.text}`", "wicket catalog pull everything" in answer.text)
        same("what arrived before", everything.calls(), [])
        await wicket.command("catalog", "pull", "everything")
        await wicket.command("reload")
        answer = await client.call("everything__echo", {"message": "x"})
        holds(f"after the pull: {answer}", not answer.is_error)
        same("what is listed after", set(await client.list()), {"everything__echo"})
    same("what arrived after", everything.calls(), [("echo", {"message": "x"})])
    await wicket.stop()


@check("a definition that changed upstream is denied until an owner has pulled it; the others go on")
async def changed(world):
    wicket, notes = await world.wicket_with_notes("changed")
    member = await wicket.member()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__list_notes")
        holds(f"before: {answer}", not answer.is_error)
        await notes.stop()
        await notes.start("changed")
        began = time.monotonic()
        while (await client.call("notes__list_notes")).reason != "definition_changed":
            holds("the change is noticed", time.monotonic() - began < LIST_SECONDS + 5)
            await asyncio.sleep(0.5)
        watch = notes.log.watch()
        written = await client.call("notes__write_note", {"name": "plan", "text": "x"})
        same("a tool with another schema", written.reason, "definition_changed")
        same("what arrived", watch.calls(), [])
        read = await client.call("notes__read_note", {"name": "welcome"})
        same("a tool that is as it was", read.text, "hello")
        listed = await client.list()
        holds(f"changed tools are not listed: {set(listed)}", not {"notes__list_notes", "notes__write_note"} & set(listed))
        shown = await wicket.command("catalog", "pull", "notes")
        holds(f"the pull shows what changed: {shown}", "write_note" in str(shown) and "list_notes" in str(shown))
        await wicket.command("reload")
        answer = await client.call("notes__list_notes")
        holds(f"after the pull: {answer}", not answer.is_error)
    await wicket.stop()
    await notes.stop()
