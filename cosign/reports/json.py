"""The report as a JSON object (docs/spec.md, "Verifying"; docs/verify.schema.json).

Text in it is not escaped for any display: titles, names and statements are what
strangers wrote, with quotes, line breaks and characters of all scripts.
"""

from collections.abc import Iterator

from cosign.primitives.hashing import fingerprint, sha256
from cosign.records.limits import show_minute
from cosign.records.round import RoundTerms
from cosign.reports.figures import numbers
from cosign.reports.hidden import find_hidden
from cosign.roles.shared.counting import NamedSigner
from cosign.roles.verifier.letter import NOT_VALID, Combination, Report
from cosign.roles.verifier.time_stamps import FoundStamp


def report_json(report: Report) -> dict[str, object]:
    """Return the documented object about a valid letter."""
    return {
        "valid": True,
        "exit_code": report.exit_code,
        "title": report.round.terms.title,
        "letter_sha256": sha256(report.round.letter.raw).hex(),
        "round": report.round.fingerprint,
        "group": _group(report),
        **_vouching(report),
        "anonymity": report.anonymity,
        "others": _others(report),
        **numbers(report, "file"),
        "quorum": report.round.terms.quorum,
        "quorum_met": report.quorum_met,
        "organizer_says": numbers(report, "organizer"),
        **_terms(report.round.terms),
        "combinations": [_combination(c) for c in report.combinations],
        "statements": list(report.statements),
        "names": [_signer(signer) for signer in report.names],
        "hidden": list(_hidden(report)),
        "time_stamps": [_time_stamp(found) for found in report.time_stamps],
        "not_checked": list(report.not_checked),
        "page": report.page,
    }


def _vouching(report: Report) -> dict[str, object]:
    vouching = report.round.group.vouching
    return {
        "vouched_by": {**vouching._asdict(), "who": list(vouching.who)},
        "admissions": [
            {"registrar": name, "admitted": [one._asdict() for one in admitted]}
            for name, admitted in report.round.membership.admissions
        ],
    }


def _terms(terms: RoundTerms) -> dict[str, object]:
    return {
        "slot": terms.slot,
        "opens": show_minute(terms.opens),
        "closes": show_minute(terms.closes),
        "organizer": fingerprint(terms.organizer_key),
        "trustees": {"names": [t.name for t in terms.trustees], "threshold": terms.threshold},
    }


def _combination(combination: Combination) -> dict[str, object]:
    return {
        "registrars": list(combination.registrars),
        "keys": combination.keys,
        "at_most": combination.at_most,
        "named": combination.named,
        "others_at_most": combination.others_at_most,
    }


def _signer(signer: NamedSigner) -> dict[str, object]:
    return {
        "name": signer.name,
        "role": signer.role,
        "statement": signer.statement or None,
        "key": signer.key and signer.key.hex(),
    }


def _time_stamp(found: FoundStamp) -> dict[str, object]:
    time = found.time and found.time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**found._asdict(), "time": time}


def _group(report: Report) -> dict[str, object]:
    group = report.round.group
    kinds = group.key_kinds
    return {
        "kind": group.kind,
        "name": group.name,
        "fingerprint": report.round.group_fingerprint,
        "pinned": report.pinned,
        "anonymity_set": report.anonymity_set,
        "key_kinds": kinds and kinds._asdict(),
        "left_out": group.left_out,
    }


def _others(report: Report) -> dict[str, object]:
    at_most, kinds = report.others
    return {"at_most": at_most, "key_kinds": kinds and kinds._asdict()}


def _hidden(report: Report) -> Iterator[dict[str, object]]:
    """Yield what readers do not see in the letter, in statements, and in what has a name."""
    yield from _hidden_in(report.round.letter.text)
    for number, text in enumerate(report.statements):
        yield from _hidden_in(text, statement=number)
    for number, (name, role, statement, _key) in enumerate(report.names):
        yield from _hidden_in(name, name=number, part="name")
        yield from _hidden_in(role, name=number, part="role")
        yield from _hidden_in(statement, name=number, part="statement")


def _hidden_in(
    text: str, *, statement: int | None = None, name: int | None = None, part: str | None = None
) -> Iterator[dict[str, object]]:
    """Yield what readers do not see in a text, of which it is said where it stands."""
    for found in find_hidden(text):
        yield {
            "statement": statement,
            "name": name,
            "part": part,
            "character": found.character,
            "times": found.times,
            "line": found.line,
            "column": found.column,
            "use": found.use if found.is_needed else None,
        }


def refusal_json(message: str, hint: str) -> dict[str, object]:
    """Return the documented object about a file that is not valid.

    Args:
        message: the error's, after the file's name.
        hint: the error's; may be empty.
    """
    return {"valid": False, "exit_code": NOT_VALID, "error": message, "hint": hint}
