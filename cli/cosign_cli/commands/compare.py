"""``cosign-letter compare``: two people find out by ten digits whether they hold the same."""

from typing import Annotated

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.comparing import COMMITS, ComparableFile, read_compared
from cosign_cli.shared.console import Console
from cosign_cli.shared.options import InvitationSecret


@command(anywhere=True)
def run(
    console: Console,
    path: ComparableFile,
    words: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="The four words that the other person says; without it, words are drawn.",
        ),
    ] = None,
    secret: InvitationSecret = None,
) -> None:
    """Compare a file by four words and ten digits.

    Call each other when both of you hold the file. One of you draws words and says them,
    the other types them with --words; then one reads the digits to the other.
    """
    from cosign.primitives.comparison import draw_words, read_words

    given = None if words is None else read_words(words)
    found = read_compared(path, secret)
    phrase = draw_words() if given is None else given
    shown, digits = " ".join(phrase), found.digits(phrase)
    console.note(f"this compares {COMMITS[found.kind]}")
    if given is None:
        console.note(
            "first ask whether the other person has the file already: words said earlier protect "
            f'nothing. They type: cosign-letter compare FILE --words "{shown}"'
        )
    lines = [f"kind    {found.kind}", f"words   {shown}", f"digits  {digits}"]
    console.result("\n".join(lines), {"kind": found.kind, "words": shown, "digits": digits})
    console.note(
        "if the digits differ, the files differ: do not sign or enrol until you know which one is "
        "right"
    )
