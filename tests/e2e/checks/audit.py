"""The record of everything that the checks before this one did, held against the upstreams' own logs."""

from collections import Counter

from harness.checks import check, holds, same
from harness.clients import CLIENTS


async def make_some(world):
    """So that this group has something to look at when it runs alone."""
    member = await world.wicket.member()
    async with world.connect(member) as client:
        await client.call("everything__echo", {"message": "recorded"})
        await client.call("notes__delete_note", {"name": "plan"})
        await client.call("everything__get-nothing")


@check("the log has no gap, and every record is as it was written")
async def whole(world):
    await make_some(world)
    records = await world.wicket.records()
    same("the numbers", [one["seq"] for one in records], list(range(1, len(records) + 1)))
    holds("all are intact", all(one["intact"] for one in records))


@check("what arrived at the upstreams is what was permitted, call for call")
async def arrived(world):
    await make_some(world)
    intents = await world.wicket.records("--kind", "intent")
    permitted = Counter((one["body"]["service"], one["body"]["tool"]) for one in intents)
    services = {"notes": world.notes, "everything": world.everything, "filesystem": world.filesystem}
    seen = Counter((name, tool) for name, one in services.items() for tool, _ in one.log.calls())
    same("the calls", dict(seen), dict(permitted))


@check("each permitted call has one outcome, and a denied one has none")
async def outcomes(world):
    await make_some(world)
    records = await world.wicket.records()
    calls = {kind: [one["call"] for one in records if one["kind"] == kind] for kind in ("intent", "denied", "outcome")}
    same("the outcomes", sorted(calls["outcome"]), sorted(calls["intent"]))
    same("outcomes of denied calls", set(calls["denied"]) & set(calls["outcome"]), set())
    position = {(one["kind"], one["call"]): one["seq"] for one in records}
    for call in calls["intent"]:
        holds("the intent comes first", position["intent", call] < position["outcome", call])


@check("a record says who called what by which client, and which policies decided")
async def full(world):
    for kind, version in CLIENTS.items():
        member = await world.wicket.member()
        async with world.connect(member, kind) as client:
            await client.call("notes__delete_note", {"name": "plan"})
        [record] = await world.wicket.records("--kind", "denied", member=member)
        body = record["body"]
        same("the era", body["era"], version)
        holds(f"the client {body.get('client')}", body["client"]["name"].startswith("e2e-"))
        same("the tool", (body["service"], body["tool"], body["method"]), ("notes", "delete_note", "tools/call"))
        same("the decision", (body["decision"], body["reason"]), ("deny", "policy"))
        same("the policies", [(one["name"], one["effect"]) for one in body["policies"]], [("no_deleting", "forbid")])
        for part in ["time", "epoch", "artifact", "tzdata", "session", "address", "definitions", "arguments"]:
            holds(f"{part} is in the record", body.get(part))


@check("what owners did is on record: publications, keys, switches, resets")
async def acts(world):
    member = await world.wicket.member()
    await world.wicket.command("key", "revoke", member.key_id)
    kinds = Counter(one["kind"] for one in await world.wicket.records())
    holds(f"publications and acts: {kinds}", kinds["publication"] and kinds["admin"])
