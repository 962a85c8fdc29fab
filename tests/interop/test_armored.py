"""The command and the second reader take the same input for armor."""

import base64
from pathlib import Path

from tests.interop.crooked import vector_file
from tests.interop.second_reader import SecondReader
from tests.interop.verdicts import command_says

FILE = vector_file().file()
LINES = [FILE[:47], *(FILE[at : at + 48] for at in range(47, len(FILE), 48))]
BODY = "\n".join(base64.b64encode(line).decode() for line in LINES)
PLAIN = f"-----BEGIN COSIGN X-----\n{BODY}\n-----END COSIGN X-----"
CASES = {
    "padding within": (PLAIN, True),
    "white space": ("\v\f\n" + PLAIN.replace("\n", " \r\n\n\t") + "\n" + " " * 300, True),
    "a byte order mark": ("\ufeff\n" + PLAIN, True),
    "a byte order mark behind white space": ("\n\ufeff" + PLAIN, False),
    "two byte order marks": ("\ufeff\ufeff" + PLAIN, False),
    "CR": (PLAIN.replace("\n", "\r"), True),
    "CR, CRLF and LF": (PLAIN.replace("\n", "\r", 5).replace("\n", "\r\n", 5), True),
    "any name": (PLAIN.replace("COSIGN X", "COSIGN \x1b"), True),
    "1,006 bytes before it": ("\n" * 1006 + PLAIN, True),
    "1,007 bytes before it": ("\n" * 1007 + PLAIN, False),
    "a line of 255 bytes": (PLAIN.replace("=", "=" + " " * 190, 1), True),
    "a line of 255 bytes and CR": (PLAIN.replace("=", "=" + " " * 190 + "\r", 1), True),
    "a line of 256 bytes": (PLAIN.replace("=", "=" + " " * 191, 1), False),
    "an END line of 254 bytes": (PLAIN + " " * (254 - 22), True),
    "an END line of 255 bytes": (PLAIN + " " * (255 - 22), False),
    "another name at the end": (PLAIN.replace("END COSIGN X", "END COSIGN x"), False),
    "something after the end": (PLAIN + "\nmore", False),
    "no padding": (PLAIN.replace("=", ""), False),
}


def test_armor(second_reader: SecondReader, tmp_path: Path) -> None:
    """White space, names, long lines and padding are judged alike."""
    files = {name: armored.encode() for name, (armored, _) in CASES.items()}
    command = {}
    for name, file in files.items():
        path = tmp_path / "published.letter"
        path.write_bytes(file)
        command[name] = command_says(path)[1].get("valid", False)  # or it is no letter
    answers = second_reader.verify_all([*files.values()])
    reader = {name: answer["valid"] for name, answer in zip(files, answers, strict=True)}
    assert reader == command == {name: valid for name, (_, valid) in CASES.items()}
