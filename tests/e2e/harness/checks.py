"""A check is a coroutine with a sentence for a name. It gets the world and fails by `Failed`."""

import inspect

CHECKS = []


class Failed(Exception):
    """What was shown is not what was promised."""


class Check:
    def __init__(self, name, group, function):
        self.name = name
        self.group = group
        self.function = function


def check(name):
    """Registers a check under the name of its module."""

    def register(function):
        group = inspect.getmodule(function).__name__.rsplit(".", 1)[-1]
        CHECKS.append(Check(name, group, function))
        return function

    return register


def check_each(name, values):
    """Registers a check once for each value, which is handed in besides the world."""

    def register(function):
        group = inspect.getmodule(function).__name__.rsplit(".", 1)[-1]
        for value in values:
            CHECKS.append(Check(f"{name} [{value}]", group, lambda world, value=value: function(world, value)))
        return function

    return register


def same(what, actual, expected):
    """Fails unless both are equal."""
    if actual != expected:
        raise Failed(f"{what}: expected {expected!r}, but it was {actual!r}")


def holds(what, condition):
    """Fails unless the condition holds."""
    if not condition:
        raise Failed(what)
