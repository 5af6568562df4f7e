"""A disk that is full, a database that is locked or damaged: no call leaves without its record."""

import asyncio
import shutil
import sqlite3

from harness.checks import Failed, check, holds, same
from harness.disk import small_disk

from .starting import refused

LOCK_SECONDS = 15


async def read(client):
    return await client.call("notes__read_note", {"name": "welcome"})


@check("a full disk: the call is refused as not_recorded, nothing is forwarded, nothing is lost")
async def full_disk(world):
    async with small_disk(world.folder) as disk:
        wicket, notes = await world.wicket_with_notes("full", data=disk / "data")
        member = await wicket.member()
        watch = notes.log.watch()
        async with world.connect(member, wicket=wicket) as client:
            same("while there is room", (await read(client)).text, "hello")
            filler = disk / "filler"
            fill(filler)
            arrived, refusal = await until_refused(client, watch)
            same("the reason", refusal.reason, "not_recorded")
            holds("what is refused did not arrive", len(watch.calls()) == arrived)
            same("the next call", (await read(client)).reason, "not_recorded")
            same("what arrived since", len(watch.calls()), arrived)
        holds("the log names the remedy", "restart" in wicket.server.said(20000))
        # Reading the record must work on a full disk.
        intents = await wicket.records("--kind", "intent", member=member)
        same("the intents on record", len(intents), arrived)
        await wicket.stop()
        filler.unlink()
        await wicket.start()
        async with world.connect(member, wicket=wicket) as client:
            same("after there is room again", (await read(client)).text, "hello")
        records = await wicket.records()
        same("the numbers", [one["seq"] for one in records], list(range(1, len(records) + 1)))
        holds("all are intact", all(one["intact"] for one in records))
        await wicket.stop()
        await notes.stop()


def fill(path):
    """Fills the disk to the last byte."""
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


async def until_refused(client, watch):
    """Calls until a call is refused: how many had arrived by then, and the refusal."""
    for _ in range(2000):
        before = len(watch.calls())
        answer = await read(client)
        if answer.is_error:
            return before, answer
    raise Failed("2000 calls fit on a full disk")


@check("a locked database: calls and commands say so, nothing is forwarded, and all goes on when it is free")
async def locked(world):
    wicket, notes = await world.wicket_with_notes("locked")
    member = await wicket.member()
    watch = notes.log.watch()
    async with world.connect(member, wicket=wicket) as client:
        same("before", (await read(client)).text, "hello")
        lock = sqlite3.connect(wicket.data / "wicket.db", isolation_level=None)
        try:
            lock.execute("BEGIN IMMEDIATE")
            answer = await asyncio.wait_for(read(client), LOCK_SECONDS)
            holds(f"the call is refused: {answer}", answer.is_error and answer.reason == "not_recorded")
            same("what arrived", len(watch.calls()), 1)
            code, text = await wicket.run("key", "revoke", member.key_id, timeout=30)
            holds(f"a command ended with {code}: {text}", code == 2 and "locked" in text)
            lock.execute("ROLLBACK")
        finally:
            lock.close()
        same("when it is free again", (await read(client)).text, "hello")
    same("what arrived", len(watch.calls()), 2)
    await wicket.stop()
    await notes.stop()


@check("a damaged database: exit 2, the file and what to do; the copy that is kept is untouched")
async def damaged(world):
    wicket, notes = await world.wicket_with_notes("damaged")
    await wicket.member()
    await wicket.stop()
    await notes.stop()
    file = wicket.data / "wicket.db"
    shutil.copy(file, wicket.folder / "kept.db")
    content = bytearray(file.read_bytes())
    content[:64] = b"not a database any more".ljust(64, b"!")
    file.write_bytes(content)
    await refused(wicket, str(file))
    same("the damaged file is left as it is", file.read_bytes(), bytes(content))
    shutil.copy(wicket.folder / "kept.db", file)
    await wicket.start()
    await wicket.stop()
