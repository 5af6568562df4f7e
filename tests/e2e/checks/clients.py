"""What each real client sees: both SDKs, both eras."""

from harness.checks import check, check_each, holds, same
from harness.clients import CLIENTS

EVERYBODYS_TOOLS = {
    "everything__echo",
    "everything__get-sum",
    "notes__read_note",
    "notes__list_notes",
    "notes__wait",
    "notes__fail",
    "notes__write_note",
    "filesystem__read_text_file",
    "filesystem__list_directory",
    "filesystem__write_file",
}


@check_each("it connects in its era and lists what policy lets the member reach", CLIENTS)
async def lists(world, kind):
    member = await world.wicket.member()
    async with world.connect(member, kind) as client:
        same("the revision of the protocol", client.version, CLIENTS[kind])
        tools = await client.list()
    same("the tools", set(tools), EVERYBODYS_TOOLS)
    same("a schema on its way", tools["notes__write_note"]["inputSchema"]["required"], ["name", "text"])


@check("a group's tool is listed for members of the group only")
async def lists_by_member(world):
    member = await world.wicket.member("auditors")
    async with world.connect(member) as client:
        same("the tools of an auditor", set(await client.list()), EVERYBODYS_TOOLS | {"notes__audit_notes"})


@check_each("an allowed call arrives once, with the same arguments", CLIENTS)
async def allowed(world, kind):
    member = await world.wicket.member()
    token = world.token()
    notes, everything = world.notes.log.watch(), world.everything.log.watch()
    async with world.connect(member, kind) as client:
        echoed = await client.call("everything__echo", {"message": token})
        written = await client.call("notes__write_note", {"name": "plan", "text": token})
        read = await client.call("notes__read_note", {"name": "plan"})
    holds(f"echo answered {echoed}", not echoed.is_error and token in echoed.text)
    holds(f"write_note answered {written}", not written.is_error and written.text == "written")
    same("what was read", read.text, token)
    same("what arrived at everything", everything.calls(), [("echo", {"message": token})])
    expected = [("write_note", {"name": "plan", "text": token}), ("read_note", {"name": "plan"})]
    same("what arrived at notes", notes.calls(), expected)


@check_each("a denied call is told in the owner's words and never arrives", CLIENTS)
async def denied(world, kind):
    member = await world.wicket.member()
    notes = world.notes.log.watch()
    async with world.connect(member, kind) as client:
        answer = await client.call("notes__write_note", {"name": "diary", "text": "x"})
        forbidden = await client.call("notes__delete_note", {"name": "plan"})
    holds(f"a denial is a result with isError, not {answer}", answer.is_error and answer.code is None)
    same("the owner's message", answer.text, "Only plan, welcome may be written.")
    decision = answer.decision or {}
    same("the reason", decision.get("reason"), "policy")
    same("the policies", decision.get("policies"), ["two_notes"])
    holds(f"the class is in {decision}", decision.get("class", {}).get("kind") == "if")
    holds(f"the record is in {decision}", decision.get("record"))
    same("the message of a forbid", forbidden.text, "Agents never delete notes. Ask an owner.")
    same("the class of a forbid", forbidden.decision["class"]["kind"], "never")
    same("what arrived", notes.calls(), [])


@check_each("a hidden tool answers exactly as an unknown one", CLIENTS)
async def hidden(world, kind):
    member = await world.wicket.member()
    everything = world.everything.log.watch()
    async with world.connect(member, kind) as client:
        hidden_tool = await client.call("everything__get-env")
        unknown_tool = await client.call("everything__get-nothing")
    same("the code of a hidden tool", hidden_tool.code, -32602)
    same("the code of an unknown tool", unknown_tool.code, -32602)
    same("the text", hidden_tool.text.replace("get-env", "NAME"), unknown_tool.text.replace("get-nothing", "NAME"))
    same("what arrived", everything.calls(), [])
