"""A disk of 4 MiB, which is soon full."""

import asyncio
import contextlib
import os

from .checks import Failed

SMALL_DISK = "small-disk"


async def as_root(*command):
    """Runs a command as root."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    child = await asyncio.create_subprocess_exec(*sudo, *command, stderr=asyncio.subprocess.PIPE)
    _, err = await child.communicate()
    if child.returncode != 0:
        raise Failed(f"`{' '.join(command)}` needs root; run as root or allow sudo: {err.decode().strip()}")


@contextlib.asynccontextmanager
async def small_disk(folder):
    """Mounts it in the folder. It goes away whatever still uses it."""
    disk = folder / SMALL_DISK
    disk.mkdir()
    owner = f"uid={os.getuid()},gid={os.getgid()},mode=700"
    await as_root("mount", "-t", "tmpfs", "-o", f"size=4m,{owner}", "tmpfs", str(disk))
    try:
        yield disk
    finally:
        await as_root("umount", "--lazy", str(disk))
