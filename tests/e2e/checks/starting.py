"""Starts that cannot go well: each says what to do."""

from harness.checks import check, holds, same

from .editing import ready


async def refused(wicket, *words):
    """The server does not start: exit code 2, and a text that holds the words."""
    code, text = await wicket.run("serve", timeout=30)
    same(f"the exit code ({text.strip()})", code, 2)
    for word in words:
        holds(f"`{word}` is in: {text.strip()}", word in text)


@check("a port in use: exit 2, and the setting to change")
async def port_in_use(world):
    wicket, notes = await world.wicket_with_notes("port", start=False)
    wicket.configure(notes.section(), listen=world.wicket.port)
    await refused(wicket, str(world.wicket.port), "listen.address")
    await notes.stop()


@check("a second server on one data folder: exit 2, and the folder")
async def second_server(world):
    second = world.another_wicket("second", data=world.wicket.data)
    second.configure("")
    second.write_policy("first.wkt")
    await refused(second, str(world.wicket.data), "another `wicket serve`")


@check("broken policies at the first start: exit 2, with the finding")
async def broken_at_first(world):
    wicket = world.another_wicket("broken-first")
    wicket.configure("")
    wicket.write_policy("agent.wkt", "policy nothing { permit everything.echo }\n")
    await refused(wicket, "agent.wkt", "error[")


@check("broken policies at a later start: the last publication is served, and /readyz is degraded")
async def broken_later(world):
    wicket, notes = await world.wicket_with_notes("broken-later")
    member = await wicket.member()
    await wicket.stop()
    wicket.write_policy("notes.wkt", wicket.read_policy("notes.wkt") + "\npolicy {\n")
    await wicket.start()
    async with world.connect(member, wicket=wicket) as client:
        answer = await client.call("notes__read_note", {"name": "welcome"})
        same("a permitted call", answer.text, "hello")
        denied = await client.call("notes__delete_note", {"name": "welcome"})
        same("a call that nothing permits", denied.code, -32602)
    status, body = await ready(wicket)
    holds(f"/readyz says {status} {body}", status == 200 and "degraded" in body)
    holds("the log says it", "the last publication is served" in wicket.server.said(20000))
    await wicket.stop()
    await notes.stop()


@check("a misspelt key in the configuration: exit 2, with the line and the nearest name")
async def misspelt_key(world):
    wicket = world.another_wicket("misspelt")
    wicket.configure("[lisen]\n")
    wicket.write_policy("first.wkt")
    await refused(wicket, "lisen", "listen")
