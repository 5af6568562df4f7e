"""`wicket policy off|on|shadow`, each in force for the very next call."""

from harness.checks import check, holds, same


@check("a policy that is off does not judge, and judges again when it is on")
async def off_and_on(world):
    member = await world.wicket.member()
    path = str(world.filesystem.root / "open" / ".." / "open" / "note.txt")
    (world.filesystem.root / "open" / "note.txt").write_text("here")
    files = world.filesystem.log.watch()
    async with world.connect(member) as client:

        async def read():
            return await client.call("filesystem__read_text_file", {"path": path})

        same("while it is on", (await read()).text, "Paths that lead upwards are refused.")
        await world.wicket.command("policy", "off", "no_way_up")
        same("while it is off", (await read()).text, "here")
        await world.wicket.command("policy", "on", "no_way_up")
        same("when it is on again", (await read()).text, "Paths that lead upwards are refused.")
    same("what arrived", files.calls(), [("read_text_file", {"path": path})])


@check("a policy in shadow is evaluated and recorded, and not enforced")
async def shadow(world):
    member = await world.wicket.member()
    path = str(world.filesystem.root / "open" / ".." / "open" / "note.txt")
    (world.filesystem.root / "open" / "note.txt").write_text("here")
    async with world.connect(member) as client:
        await world.wicket.command("policy", "shadow", "no_way_up")
        answer = await client.call("filesystem__read_text_file", {"path": path})
        await world.wicket.command("policy", "on", "no_way_up")
    same("the answer", answer.text, "here")
    [intent] = await world.wicket.records("--kind", "intent", member=member)
    recorded = [one for one in intent["body"]["policies"] if one["name"] == "no_way_up"]
    holds(f"the shadow is on record: {intent['body']['policies']}", len(recorded) == 1)


@check("a misspelt name is refused with the nearest one")
async def misspelt(world):
    code, text = await world.wicket.run("policy", "off", "no_way_upp")
    holds(f"ended with {code}: {text}", code == 2 and "no_way_up`" in text)
