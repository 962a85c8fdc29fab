"""``cosign-letter timestamp request``: ask an authority for a time stamp."""

from cosign.letter_files import open_letter
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.errors import naming
from cosign_cli.shared.extras import needs_extra
from cosign_cli.shared.files import source
from cosign_cli.shared.options import LetterFile


@command(output=True, armor=False, anywhere=True)
def run(console: Console, letter_file: LetterFile) -> None:
    """Write the request for a time stamp of a published letter.

    Send it to an authority: it is a plain RFC 3161 request, and tells the authority nothing but a
    hash. Then add the answer with timestamp add.
    """
    with needs_extra("timestamps"):
        from cosign.roles.verifier.time_stamps import request_stamp

        console.check_output()
        with naming(letter_file), open_letter(source(letter_file)) as (_, reader):
            request = request_stamp(reader)
    console.write(request, "time stamp request")
    console.result(
        f"{console.output}: send it to an authority as application/timestamp-query, and add the "
        "answer with: cosign-letter timestamp add",
        {"output": console.output},
    )
