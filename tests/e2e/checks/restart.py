"""What survives the end of the program, even where it had no chance to say good-bye."""

import asyncio

from harness.checks import check, check_each, holds, same
from harness.clients import CLIENTS

from .breaker import STOPPED, refuse


@check("a killed server goes on counting where it was, and an open breaker stays open")
async def counts_survive(world):
    member = await world.wicket.member()
    async with world.connect(member) as client:
        await refuse(client, 2)
    session = await world.wicket.session_of(member)
    await world.wicket.kill()
    await world.wicket.start()
    async with world.connect(member) as client:
        answer = await client.call("notes__read_note", {"name": "plan"})
        holds(f"two denials are not three: {answer}", not answer.is_error)
        await refuse(client, 1)
        same("after the third", (await client.call("notes__read_note", {"name": "plan"})).reason, "breaker")
    await world.wicket.kill()
    await world.wicket.start()
    async with world.connect(member) as client:
        same("after another restart", (await client.call("notes__read_note", {"name": "plan"})).text, STOPPED)
    same("the session", (await world.wicket.session_of(member))["id"], session["id"])


@check_each("a client goes on after a restart in the middle of its session", CLIENTS)
async def client_goes_on(world, kind):
    member = await world.wicket.member()
    async with world.connect(member, kind) as client:
        await refuse(client, 1)
        await world.wicket.kill()
        await world.wicket.start()
        answer = await client.call("everything__echo", {"message": "still here"})
        holds(f"the answer after the restart: {answer}", "still here" in answer.text)
    same("the denials", (await world.wicket.session_of(member))["state"]["denials"], 1)


@check("a call in flight when the server is killed is on record as unknown, and never sent again")
async def in_flight(world):
    member = await world.wicket.member()
    notes = world.notes.log.watch()

    async def call():
        async with world.connect(member) as client:
            await client.call("notes__wait", {"seconds": 20})

    calling = asyncio.create_task(call())
    while not notes.calls():
        await asyncio.sleep(0.02)
    await world.wicket.kill()
    await world.wicket.start()
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    [outcome] = await world.wicket.records("--kind", "outcome", member=member)
    same("the outcome", outcome["body"]["outcome"], "unknown")
    same("what arrived", notes.calls(), [("wait", {"seconds": 20})])


@check("a server that is asked to end lets a call in work end first")
async def graceful(world):
    member = await world.wicket.member()
    notes = world.notes.log.watch()
    async with world.connect(member) as client:
        # A client that knows the tool's output schema asks for nothing more once it has the result.
        await client.list()
        calling = asyncio.create_task(client.call("notes__wait", {"seconds": 1.5}))
        while not notes.calls():
            await asyncio.sleep(0.02)
        await world.wicket.stop()
        answer = await calling
    await world.wicket.start()
    same("the answer", answer.text, "waited")
    [outcome] = await world.wicket.records("--kind", "outcome", member=member)
    same("the outcome", outcome["body"]["outcome"], "success")
