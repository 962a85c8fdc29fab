"""What ``verify --json`` prints, the schema and the specification describe one object."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from cosign.reports.json import report_json
from tests.support import pages, places
from tests.support.commands import Shop
from tests.support.world import World

DOCS = places.DOCS
SCHEMA: dict[str, Any] = json.loads((DOCS / "verify.schema.json").read_text(encoding="utf-8"))
VALID: dict[str, Any] = SCHEMA["$defs"]["valid"]
WORD = re.compile(r"`(\w+)`")


def check(shown: Any) -> None:
    """Validate an object."""
    Draft202012Validator(SCHEMA).validate(shown)


def rows() -> dict[str, str]:
    """Return the members of the specification's table, with what it says of their values."""
    spec = (DOCS / "spec.md").read_text(encoding="utf-8")
    table = spec.partition("JSON has at least these members:")[2].split("\n\n")[1]
    cells = [line.strip("| ").split(" | ", 1) for line in table.splitlines()[2:]]
    return {name: value for names, value in cells for name in WORD.findall(names)}


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every schema of an object."""
    if schema.get("type") == "object":
        yield schema
    for value in schema.values():
        for inner in value.values() if isinstance(value, dict) else ():
            yield from objects(inner) if isinstance(inner, dict) else ()
        if isinstance(value, dict):
            yield from objects(value)


def test_the_schema_is_one() -> None:
    """Of the draft that it names."""
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_the_members_of_the_specification() -> None:
    """The same names, in each object; one that is not valid has three more and no others."""
    assert set(rows()) == set(VALID["properties"]) == set(VALID["required"])
    for name, value in rows().items():
        inner = VALID["properties"][name]
        members = inner.get("items", inner).get("properties", {})
        if members:
            assert set(members) == set(WORD.findall(value)), name
    refused = SCHEMA["$defs"]["notValid"]["properties"]
    assert set(refused) - {"valid"} == set(WORD.findall(rows()["valid"]))


def test_every_member_is_described_and_no_other_is_allowed() -> None:
    found = list(objects(SCHEMA))
    assert len(found) >= 8
    for schema in found:
        assert schema["additionalProperties"] is False
        assert all(member.get("description") for member in schema["properties"].values())


def reports(committee: World) -> Iterator[dict[str, Any]]:
    """Yield real reports: of both kinds, pinned or not, with combinations, below quorum, empty."""
    several = pages.people()
    for raw in (
        pages.registered(several),
        pages.registered(several, quorum=9),
        pages.registered(several, statements=()),
        pages.rostered(),
        pages.registered(several, names=pages.NAMES),
        pages.rostered(names=pages.NAMES),
    ):
        yield report_json(pages.report(raw))
        yield report_json(pages.report(raw, pinned=False))
    yield report_json(committee.verify(committee.published))


def test_real_reports_fit(committee: World) -> None:
    """Every kind of report, and none without one of its members or with one more."""
    for shown in reports(committee):
        check(shown)
        for name in shown:
            with pytest.raises(ValidationError):
                check({key: value for key, value in shown.items() if key != name})
        with pytest.raises(ValidationError):
            check(shown | {"more": 1})
        for name, inner in shown.items():
            if isinstance(inner, dict):
                changed = copy.deepcopy(shown)
                changed[name]["more"] = 1
                with pytest.raises(ValidationError):
                    check(changed)


def test_what_the_command_prints_fits(kept: Shop) -> None:
    """Valid, not pinned, not valid, and not judged at all."""
    for line, code in (
        ("published.letter --group staff.group", 0),
        ("published.letter", 3),
        ("staff.group", 2),
        ("published.letter --group keys.roster", 1),
        ("absent.letter", 2),
        ("published.letter --group 12345", 2),
        ("published.letter --html absent/page.html", 16),
    ):
        shown = kept.call(f"verify {line} --json", code=code).json
        check(shown)
        assert shown["exit_code"] == code
