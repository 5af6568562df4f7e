"""Who may call at all."""

import json

from harness.checks import check, holds, same
from harness.clients import raw_http
from harness.wicket import AGENT, Member

HEADERS = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/list",
}

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "e2e-raw", "version": "1.0.0"},
    "io.modelcontextprotocol/clientCapabilities": {},
}

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": META}}


async def post(world, key, body=None):
    """One request as it would be on the wire: the status and the answer's text."""
    headers = dict(HEADERS)
    if key is not None:
        headers["authorization"] = f"Bearer {key}"
    content = json.dumps(LIST) if body is None else body
    async with raw_http() as http:
        answer = await http.post(world.wicket.url, content=content, headers=headers)
    return answer.status_code, answer.text


@check("a revoked key answers 401 at the very next request")
async def revoked(world):
    member = await world.wicket.member()
    same("before", (await post(world, member.key))[0], 200)
    async with world.connect(member) as client:
        await world.wicket.command("key", "revoke", member.key_id)
        answer = await client.call("everything__echo", {"message": "x"})
        holds(f"an open connection is refused too: {answer}", answer.code is not None)
    same("after", (await post(world, member.key))[0], 401)


@check("no key, a wrong key and a damaged key answer 401")
async def wrong(world):
    member = await world.wicket.member()
    damaged = member.key[:-1] + ("a" if member.key[-1] != "a" else "b")
    for key in [None, "x", "wk_x", damaged, member.key + "a"]:
        status, text = await post(world, key)
        same("the status", status, 401)
        holds("the key is not repeated", member.key not in text)


@check("a disabled agent answers 403 until it is enabled; the key of a removed member answers 401")
async def disabled(world):
    member = await world.wicket.member()
    await world.wicket.command("agent", "disable", AGENT)
    same("while the agent is disabled", (await post(world, member.key))[0], 403)
    await world.wicket.command("agent", "enable", AGENT)
    same("when it is enabled again", (await post(world, member.key))[0], 200)
    await world.wicket.command("member", "remove", "--agent", AGENT, member.email)
    same("when the member is removed", (await post(world, member.key))[0], 401)


@check("an agent that is made while the server runs is judged by the policies in force")
async def late_agent(world):
    await world.wicket.command("agent", "create", "late")
    await world.wicket.command("member", "add", "--agent", "late", "late@example.com")
    created = await world.wicket.command("key", "create", "--agent", "late", "--member", "late@example.com")
    async with world.connect(Member("late@example.com", created["key"], created["id"])) as client:
        allowed = await client.call("everything__echo", {"message": "x"})
        denied = await client.call("notes__delete_note", {"name": "plan"})
    holds(f"an allowed call: {allowed}", not allowed.is_error and allowed.code is None)
    same("a denied call", denied.reason, "policy")


@check("malformed and oversized bodies are refused with their cause, and nothing breaks")
async def bodies(world):
    member = await world.wicket.member()
    call = {"name": "everything__echo", "arguments": {"message": "x"}, "_meta": META}
    doubled = json.dumps({**LIST, "params": call}).replace('"message": "x"', '"message": "x", "message": "y"')
    deep = json.dumps({**LIST, "params": {"_meta": META, "deep": "HERE"}}).replace('"HERE"', "[" * 200 + "]" * 200)
    everything = world.everything.log.watch()
    expected = [
        ("cut short", '{"jsonrpc": "2.0", "id": 1', 400),
        ("not UTF-8", b'{"jsonrpc": "2.0", "id": 1, "method": "\xff"}', 400),
        ("too deep", deep, 400),
        ("doubled keys", doubled.replace("tools/list", "tools/call"), 400),
        ("too large", json.dumps({**LIST, "params": {"_meta": META, "fill": "x" * 5_000_000}}), 413),
    ]
    for what, body, status in expected:
        got, text = await post(world, member.key, body)
        same(f"the status for {what} ({text[:300]})", got, status)
    same("afterwards", (await post(world, member.key))[0], 200)
    same("what arrived", everything.calls(), [])


@check("another Host and a web page's Origin are refused")
async def guard(world):
    member = await world.wicket.member()
    for name, value in [("host", "evil.example"), ("origin", "https://evil.example")]:
        headers = {**HEADERS, "authorization": f"Bearer {member.key}", name: value}
        async with raw_http() as http:
            answer = await http.post(world.wicket.url, content=json.dumps(LIST), headers=headers)
        same(f"the status with another {name}", answer.status_code, 403)
