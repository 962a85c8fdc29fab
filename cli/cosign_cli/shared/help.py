"""What the help says of values and commands: FILE, DIR, N, and no types of Python."""

from typing import Any, Final

_BY_NAME: Final = {
    "output": "FILE",
    "home_folder": "DIR",
    "passphrase_file": "FILE",
    "ssh_passphrase_file": "FILE",
    "name": "NAME",
    "threshold": "T",
    "min_set": "N",
    "kind": "registered|rostered",
}


def name_values(command: Any) -> None:
    """Name the values of each parameter of a command, or of all commands of a group.

    Args:
        command: as typer made it.
    """
    for inner in getattr(command, "commands", {}).values():
        # Without it, a list of commands cuts their descriptions off.
        inner.short_help = " ".join((inner.help or "").split("\n\n", 1)[0].split())
        name_values(inner)
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            _name_argument(parameter)
        elif parameter.metavar is None and not getattr(parameter, "is_flag", False):
            parameter.metavar = _BY_NAME.get(parameter.name) or _by_type(parameter)


def _name_argument(parameter: Any) -> None:
    name = parameter.metavar + ("" if parameter.nargs == 1 else "...")
    usage = name if parameter.required else f"[{name}]"
    parameter.get_usage_pieces = lambda _context: [usage]
    parameter.display_type_rich = lambda **_context: ""


def _by_type(parameter: Any) -> str:
    described = parameter.type_descriptor
    if described.is_choice:
        return "|".join(str(getattr(c, "value", c)) for c in described.choices)
    if described.is_path or described.is_file:
        return "FILE"
    return "N" if described.is_ranged or described.annotation is int else "TEXT"
