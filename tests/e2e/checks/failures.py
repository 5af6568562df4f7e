"""Upstreams that are down, slow, or break off."""

import asyncio

from harness.checks import check, holds, same


@check("an upstream that is down is a failure on record, and an error that says so")
async def down(world):
    wicket, notes = await world.wicket_with_notes("down")
    member = await wicket.member()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__read_note", {"name": "welcome"})
        same("before", answer.text, "hello")
        await notes.stop()
        answer = await client.call("notes__read_note", {"name": "welcome"})
        holds(f"the answer names the service: {answer}", answer.is_error and "notes" in answer.text)
        same("no decision of a policy", answer.reason, None)
        [_, failed] = await wicket.records("--kind", "outcome", member=member)
        same("the outcome", failed["body"]["outcome"], "failure")
        await notes.start()
        answer = await client.call("notes__read_note", {"name": "welcome"})
        same("when it is back", answer.text, "hello")
    await wicket.stop()
    await notes.stop()


@check("an upstream that is slow is cut off at its time limit, as unknown, and never asked again")
async def slow(world):
    wicket, notes = await world.wicket_with_notes("slow")
    member = await wicket.member()
    watch = notes.log.watch()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__wait", {"seconds": 8})
        holds(f"the answer: {answer}", answer.is_error)
        quick = await client.call("notes__read_note", {"name": "welcome"})
        same("another call", quick.text, "hello")
    [first, _] = await wicket.records("--kind", "outcome", member=member)
    same("the outcome", first["body"]["outcome"], "unknown")
    same("what arrived", [tool for tool, _ in watch.calls()], ["wait", "read_note"])
    await wicket.stop()
    await notes.stop()


@check("an upstream that breaks off in the middle is unknown, and the next call finds it again")
async def breaks_off(world):
    wicket, notes = await world.wicket_with_notes("breaks-off")
    member = await wicket.member()
    watch = notes.log.watch()
    async with world.connect(member, wicket=wicket) as client:
        calling = asyncio.create_task(client.call("notes__wait", {"seconds": 2.5}))
        while not watch.calls():
            await asyncio.sleep(0.02)
        await notes.kill()
        answer = await calling
        holds(f"the answer: {answer}", answer.is_error)
        await notes.start()
        again = await client.call("notes__read_note", {"name": "welcome"})
        same("the next call", again.text, "hello")
    [first, _] = await wicket.records("--kind", "outcome", member=member)
    same("the outcome", first["body"]["outcome"], "unknown")
    await wicket.stop()
    await notes.stop()


@check("an upstream that answers garbage is unknown, says nothing of the garbage, and is not asked again")
async def answers_garbage(world):
    wicket, notes = await world.wicket_with_notes("garbage")
    await notes.stop()
    await notes.start("garbage")
    member = await wicket.member()
    watch = notes.log.watch()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__read_note", {"name": "welcome"})
        holds(f"the answer: {answer}", answer.is_error and "notes" in answer.text and "oops" not in answer.text)
    [outcome] = await wicket.records("--kind", "outcome", member=member)
    same("the outcome", outcome["body"]["outcome"], "unknown")
    same("what arrived", watch.calls(), [("read_note", {"name": "welcome"})])
    await wicket.stop()
    await notes.stop()
