"""The sections of the page, in the order in which an editor needs them (docs/spec.md, "Verifying").

Sentences are ours. What strangers wrote stands in elements of its own, which keep the
direction of its script to itself.
"""

import base64
from collections.abc import Iterable, Iterator

from cosign import __version__
from cosign.primitives.hashing import fingerprint, sha256
from cosign.records.limits import show_minute
from cosign.reports import wording
from cosign.reports.letter import letter_markup
from cosign.reports.markup import Markup, element, end, join, start
from cosign.roles.verifier.letter import Report


def section(heading: str, *parts: str, **attributes: str) -> Markup:
    """Make a section."""
    return element("section", element("h2", heading), *parts, **attributes)


def quoted(text: str) -> Markup:
    """Show a stranger's words inside a sentence of ours."""
    return join("\u201c", element("bdi", text), "\u201d")


def chart(report: Report) -> Markup:
    """Draw how many signed, against quorum and group."""
    quorum, size = report.round.terms.quorum, report.anonymity_set
    scale = max(report.cosigners, quorum, size or 0)

    def share(count: int) -> str:
        return f"{100 * count / scale:.2f}%"

    signed, crowd = f"{wording.number(report)} signed", wording.crowd(report)
    bar = element(
        "svg",
        element("rect", width=share(size or 0), height="100%", class_="crowd"),
        element("rect", width=share(report.cosigners), height="100%", class_="signed"),
        element("line", x1=share(quorum), x2=share(quorum), y1="-20%", y2="120%", class_="quorum"),
        role="img",
        aria_label=f"{signed}, out of {crowd}; the quorum is {quorum}",
    )
    legend = element(
        "ul",
        element("li", signed, class_="signed"),
        element("li", f"quorum {quorum}", class_="quorum"),
        element("li", crowd, class_="crowd"),
    )
    return element("figure", bar, element("figcaption", legend))


def not_checked(report: Report) -> Markup:
    """Say what the report does not show."""
    return section("What nobody checked", _list(report.not_checked), class_="doubt")


def vouching(report: Report) -> Markup:
    """Say who vouches for the members."""
    role, who, threshold, basis = report.round.group.vouching
    parts = [
        element(
            "p", f"Each member is vouched for by {wording.some_of(role, threshold, len(who))}:"
        ),
        _list(element("bdi", name) for name in who),
    ]
    if basis:
        parts += [
            element("p", f"In their words, {wording.BASIS[role]}:"),
            element("blockquote", element("p", basis, dir="auto", class_="lines")),
        ]
    if left_out := wording.left_out(report):
        parts.append(element("p", f"Keys that are not on the list: {left_out}."))
    return section("Who vouches for the members", *parts)


def letter(report: Report) -> Markup:
    """Show the letter, framed, so that it cannot pass for a part of the report."""
    note = join(
        "The organizer calls it ",
        quoted(report.round.terms.title),
        ". What stands in the frame is what was signed. Links lead nowhere and images are not "
        "loaded, so nobody is told that you read it.",
    )
    return section(
        "The letter",
        element("p", note, class_="note"),
        element("article", letter_markup(report.round.letter.text), lang="", aria_label="letter"),
    )


def statements(report: Report) -> Iterator[Markup]:
    """Show what signers added, one piece at a time: there may be a million."""
    yield start("section")
    yield element("h2", f"Statements by signers: {len(report.statements)}")
    if report.statements:
        note = "Each is the word of one who signed. Nobody checked what it says."
        yield join(element("p", note, class_="note"), start("ul", class_="statements", lang=""))
        for text in report.statements:
            yield element("li", element("bdi", text))
        yield end("ul")
    yield end("section")


def counts(report: Report) -> Markup:
    """Show all counts, and whose word each is."""
    told = report.opening
    least = ", at least" if report.keys > report.cosigners else ""
    rows: list[tuple[str, int | None, int | None]] = [
        (f"Distinct members who signed{least}", report.cosigners, None),
        ("Membership keys that signed", report.keys, None),
        ("Withdrawn, not counted", report.withdrawn, told.withdrawn),
        ("Repeated by the same key, counted once", report.duplicates, told.duplicate),
        ("Keys that contradicted themselves, statements left out", report.conflicts, None),
        ("Envelopes received", None, told.received),
        ("Envelopes that nobody could read", None, told.unreadable),
        ("Envelopes with an invalid signature", None, told.invalid),
    ]
    heads = ("", "found in the file", "the organizer\u2019s word")
    return section(
        "Counts",
        _table(heads, ((name, _count(ours), _count(theirs)) for name, ours, theirs in rows)),
    )


def anonymity(report: Report) -> Markup:
    """Say how well those who signed are hidden."""
    parts = [element("p", f"Their anonymity is {wording.ANONYMITY[report.anonymity]}.")]
    if report.combinations:
        note = (
            "Each signature shows which registrars certified its maker, so those who signed "
            "hide only among the members of their row."
        )
        rows = (
            (_names(c.registrars), _count(c.keys), _count(c.at_most) or "nobody knows")
            for c in report.combinations
        )
        heads = ("certified by", "keys that signed", "members, at most")
        parts += [element("p", note), _table(heads, rows)]
    return section("How anonymous the signers are", *parts)


def terms(report: Report) -> Markup:
    """Show the terms that every signature is bound to."""
    agreed = report.round.terms
    trustees = wording.some_of("trustee", agreed.threshold, len(agreed.trustees))
    facts = [
        ("Open for signing between", join(_time(agreed.opens), " and ", _time(agreed.closes))),
        (
            "Trustees who were to open",
            join(f"{trustees}: ", _names(t.name for t in agreed.trustees)),
        ),
        ("Quorum", f"{agreed.quorum}, {'met' if report.quorum_met else 'not met'}"),
    ]
    if agreed.slot:
        facts.append(("Slot of the group", str(agreed.slot)))
    note = element("p", "Dates and trustees are what the organizer wrote down.", class_="note")
    return section("The round", note, _facts(facts))


def fingerprints(report: Report) -> Markup:
    """Show what people compare."""
    round_ = report.round
    pinned = (
        "Whoever made this page named this group beforehand."
        if report.pinned
        else "Nobody named this group beforehand. Compare it with what you got elsewhere."
    )
    group = join(quoted(round_.group.name), f", {round_.group.kind}. {pinned}")
    facts = [
        ("Group", join(_digits(round_.group_fingerprint), element("p", group))),
        ("Round", _digits(round_.fingerprint)),
        ("Organizer", _digits(fingerprint(round_.terms.organizer_key))),
        ("SHA-256 of the letter", element("code", sha256(round_.letter.raw).hex())),
    ]
    return section("Fingerprints", _facts(facts))


def again() -> Markup:
    """Say how to do without this page."""
    verify = "cosign-letter verify published.letter --group 'the sixty digits'"
    items = (
        _step(
            "Get two things: the published file, from where it was published; and the group\u2019s "
            "fingerprint, sixty digits, from somebody you trust. Take the digits neither from the "
            "file nor from this page."
        ),
        _step("Install the program.", f"pip install cosign-letter=={__version__}"),
        _step(
            "Check the file; this needs no network. The exit code is 0 if the file is valid, by "
            "the group you named, and the quorum is met; 1 if it is not valid; 3 if you named no "
            "group; 4 if the quorum is not met.",
            verify,
        ),
        _step(
            "Make this page anew. The same version gives the same bytes.",
            f"{verify} --html report.html",
        ),
    )
    return section("How to check it yourself", element("ol", *items))


def _step(said: str, *commands: str) -> Markup:
    return element("li", element("p", said), *(element("pre", line) for line in commands))


def source(report: Report) -> Markup:
    """Show the letter's exact bytes, for whoever computes the hash."""
    raw, text = report.round.letter.raw, report.round.letter.text
    encoded = base64.b64encode(raw).decode()
    link = element(
        "a",
        f"Save its {len(raw)} bytes as a file",
        href=f"data:application/octet-stream;base64,{encoded}",
        download="letter.md",
    )
    return element(
        "details",
        element("summary", "The letter\u2019s source, exactly as it was signed"),
        element("p", link, ", and compute their SHA-256 to compare it with the one above:"),
        element("pre", "sha256sum letter.md"),
        element("pre", text, dir="auto", lang=""),
    )


def _list(items: Iterable[str]) -> Markup:
    return element("ul", *(element("li", item) for item in items))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Markup:
    """Make a table whose first column names the rows; a first head may be empty."""
    top = (element("th", head, scope="col") if head else element("td") for head in heads)
    lines = (
        element("tr", element("th", name, scope="row"), *(element("td", cell) for cell in cells))
        for name, *cells in rows
    )
    body = element("tbody", *lines)
    return element("table", element("thead", element("tr", *top)), body)


def _facts(facts: Iterable[tuple[str, str]]) -> Markup:
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs)


def _names(names: Iterable[str]) -> Markup:
    first, *others = (element("bdi", name) for name in names)
    return join(first, *(join(", ", name) for name in others))


def _digits(shown: str) -> Markup:
    return element("code", shown, class_="digits")


def _time(minute: int) -> Markup:
    shown = show_minute(minute)
    return element("time", shown.replace("T", " ").replace("Z", " UTC"), datetime=shown)


def _count(number: int | None) -> str:
    return "" if number is None else str(number)
