"""``cosign-letter member export``: write what a home keeps of a member into one key file."""

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.homes import open_home, openable
from cosign_cli.shared.key_files import TWO_COPIES, KeyPassphraseFile, new_key_passphrase


@command(secrets=True, output=True)
def run(console: Console, key_passphrase_file: KeyPassphraseFile = None) -> None:
    """Write your memberships and keys into one file, for the member's page or another machine.

    The file is under the passphrase of your home, unless you name another one. What is signed
    with the file later, member import takes over into your home.
    """
    from cosign.homes import export_keys
    from cosign.stores.keys import KEY, MEMBER

    console.check_output()
    given = new_key_passphrase(console, key_passphrase_file) if key_passphrase_file else None
    home = open_home(console)
    names = openable(console, home, MEMBER, KEY)
    file = export_keys(home, given, names)
    console.write(file.to_bytes(), "vault", secret=True)
    console.note(TWO_COPIES)
    lines = [f"{console.output}: your keys", *(f"  {name}" for name in names)]
    console.result("\n".join(lines), {"output": console.output, "names": names})
