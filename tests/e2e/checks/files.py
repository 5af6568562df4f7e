"""The file system server over stdio: policies on paths."""

from harness.checks import check, holds, same


@check("an allowed write is on the disk, a denied one leaves the disk unchanged")
async def writes(world):
    root = world.filesystem.root
    member = await world.wicket.member()
    draft, secret = root / "open" / "draft.txt", root / "closed" / "secret.txt"
    secret.write_text("as it was")
    files = world.filesystem.log.watch()
    async with world.connect(member) as client:
        written = await client.call("filesystem__write_file", {"path": str(draft), "content": "new"})
        denied = await client.call("filesystem__write_file", {"path": str(secret), "content": "new"})
    holds(f"the allowed write: {written}", not written.is_error)
    same("the draft", draft.read_text(), "new")
    holds(f"the denied write: {denied}", denied.is_error and denied.reason == "policy")
    holds(f"the message names the drafts: {denied.text}", str(draft) in denied.text)
    same("the secret", secret.read_text(), "as it was")
    same("what arrived", files.calls(), [("write_file", {"path": str(draft), "content": "new"})])


@check("a path that leads upwards is refused, however it is written")
async def upwards(world):
    root = world.filesystem.root
    member = await world.wicket.member()
    secret = root / "closed" / "secret.txt"
    secret.write_text("as it was")
    files = world.filesystem.log.watch()
    path = f"{root}/open/../closed/secret.txt"
    async with world.connect(member) as client:
        answer = await client.call("filesystem__write_file", {"path": path, "content": "new"})
    same("the reason", answer.reason, "policy")
    same("the policies", sorted(answer.decision["policies"]), ["drafts_only", "no_way_up"])
    same("the secret", secret.read_text(), "as it was")
    same("what arrived", files.calls(), [])


@check("a tool that no policy names cannot touch the disk")
async def unnamed(world):
    member = await world.wicket.member()
    draft = world.filesystem.root / "open" / "kept.txt"
    draft.write_text("kept")
    moved = {"source": str(draft), "destination": str(draft) + ".gone"}
    async with world.connect(member) as client:
        answer = await client.call("filesystem__move_file", moved)
    same("the code", answer.code, -32602)
    holds("the file is where it was", draft.read_text() == "kept")
