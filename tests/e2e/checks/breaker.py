"""Three refusals in one session, and everything stops."""

import asyncio

from harness.checks import check, check_each, holds, same

STOPPED = "Stopped after three refusals. An owner can reset this session."


async def refuse(client, times):
    """Makes calls that policy denies."""
    for _ in range(times):
        answer = await client.call("notes__write_note", {"name": "diary", "text": "x"})
        same("the reason of a refusal", answer.reason, "policy")


@check("it trips at the third denial, whatever comes next, and a reset closes it")
async def trips_and_resets(world):
    member = await world.wicket.member()
    notes = world.notes.log.watch()
    async with world.connect(member) as client:
        await refuse(client, 3)
        stopped = await client.call("notes__read_note", {"name": "plan"})
        same("the reason", stopped.reason, "breaker")
        same("the message", stopped.text, STOPPED)
        same("the class", stopped.decision["class"]["kind"], "after_reset")
        same("what arrived while it was open", notes.calls(), [])
        session = await world.wicket.session_of(member)
        same("the open breakers", session["open"], ["three_strikes"])
        await world.wicket.command("session", "reset", session["id"])
        answer = await client.call("notes__read_note", {"name": "plan"})
        holds(f"after the reset: {answer}", not answer.is_error)
    same("what arrived after the reset", notes.calls(), [("read_note", {"name": "plan"})])
    same("the open breakers", (await world.wicket.session_of(member))["open"], [])


@check("no client action resets it: a new connection, another client, another era")
async def stays_open(world):
    member = await world.wicket.member()
    async with world.connect(member) as client:
        await refuse(client, 3)
    for kind in ["python legacy", "npm client auto", "npm sdk legacy"]:
        async with world.connect(member, kind) as client:
            answer = await client.call("notes__read_note", {"name": "plan"})
            same(f"the reason for {kind}", answer.reason, "breaker")


@check_each("of 64 calls at once none is allowed after the third denial", ["python 2026-07-28", "python legacy"])
async def at_once(world, kind):
    member = await world.wicket.member()
    everything = world.everything.log.watch()
    tokens = {number: world.token() for number in range(64)}
    denied = {8, 12, 16, 20}
    async with world.connect(member, kind) as client:
        await client.list()

        async def one(number):
            if number in denied:
                return await client.call("notes__write_note", {"name": "diary", "text": tokens[number]})
            return await client.call("everything__echo", {"message": tokens[number]})

        answers = await asyncio.gather(*(one(number) for number in tokens))
    records = await world.wicket.records(member=member)
    judged = [one for one in records if one["kind"] in ("intent", "denied")]
    same("the calls on record", len(judged), 64)
    by_policy = [one["seq"] for one in judged if one["body"]["reason"] == "policy" and one["kind"] == "denied"]
    same("the denials by policy", len(by_policy), 3)
    after = [one for one in judged if one["seq"] > by_policy[2]]
    holds("some were judged later", after)
    holds(f"every later decision is the breaker's: {after[:1]}", all(is_breakers(one) for one in after))
    intents = [one for one in judged if one["kind"] == "intent"]
    arrived = {arguments["message"] for _, arguments in everything.calls()}
    same("as many arrived as were permitted", len(everything.calls()), len(intents))
    answered = {tokens[number] for number, answer in enumerate(answers) if not answer.is_error}
    same("what arrived and what was answered", arrived, answered)


def is_breakers(record):
    body = record["body"]
    return record["kind"] == "denied" and body["reason"] == "breaker"
