"""The sections of the page, in the order in which editors need them (docs/spec.md, "Verifying").

The sentences are written here. What strangers wrote stands in elements of its own, which
keep the direction of its script to themselves.
"""

import base64
from collections.abc import Iterable, Iterator

from cosign import __version__
from cosign.primitives.hashing import fingerprint, sha256
from cosign.records.limits import show_minute
from cosign.reports import wording
from cosign.reports.figures import SOURCES, figures
from cosign.reports.hidden import hidden_characters
from cosign.reports.letter import letter_markup
from cosign.reports.markup import Markup, element, end, join, start
from cosign.roles.verifier.letter import Report
from cosign.words import counted, some_of


def section(heading: str, *parts: str, **attributes: str) -> Markup:
    """Return a section."""
    return element("section", element("h2", heading), *parts, **attributes)


def quoted(text: str) -> Markup:
    """Return a stranger's words for use inside one of our sentences."""
    return join("\u201c", element("bdi", text), "\u201d")


def chart(report: Report) -> Markup:
    """Return a drawing of how many signed, compared with the quorum and the group."""
    quorum, size = report.round.terms.quorum, report.anonymity_set
    scale = max(report.cosigners, quorum, size or 0)

    def share(count: int) -> str:
        return f"{100 * count / scale:.2f}%"

    signed = f"{wording.least(report)}{report.cosigners} signed"
    crowd = wording.members(size)
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
    """Return what the report does not show."""
    return section("What nobody checked", _list(report.not_checked), class_="doubt")


def vouching(report: Report) -> Markup:
    """Return who vouches for the members."""
    vouching = report.round.group.vouching
    basis = vouching.basis
    parts = [
        element("p", f"Each member is vouched for by {wording.vouchers(vouching)}:"),
        _list(element("bdi", name) for name in vouching.who),
    ]
    if basis:
        parts += [
            element("p", f"{wording.basis(vouching).capitalize()}:"),
            element("blockquote", element("p", basis, dir="auto", class_="lines")),
        ]
    if left_out := wording.left_out(report):
        parts.append(element("p", f"Not on the list: {left_out}."))
    return section("Who vouches for the members", *parts)


def letter(report: Report) -> Markup:
    """Return the letter in a frame, so that it cannot pass for a part of the report."""
    note = join(
        "The organizer calls it ",
        quoted(report.round.terms.title),
        ". The frame holds what was signed. Links lead nowhere and images are not loaded, so "
        "nobody is told that you read it.",
    )
    text = report.round.letter.text
    parts = [
        element("p", note, class_="note"),
        element("article", letter_markup(text), lang="", aria_label="letter"),
    ]
    if hidden := tuple(hidden_characters(text)):
        parts += [element("p", "In the letter, but not to be seen:", class_="note"), _list(hidden)]
    return section("The letter", *parts)


def statements(report: Report) -> Iterator[Markup]:
    """Yield what signers added, one piece at a time: there may be a million."""
    yield start("section")
    yield element("h2", f"Statements by signers: {len(report.statements)}")
    if report.statements:
        note = "Each was written by one of the signers. Nobody checked whether it is true."
        yield join(element("p", note, class_="note"), start("ul", class_="statements", lang=""))
        for text in report.statements:
            yield element("li", element("bdi", text))
        yield end("ul")
    yield end("section")


def counts(report: Report) -> Markup:
    """Return all figures, those of the file and those of the organizer in columns apart."""
    heads = "", SOURCES["file"], SOURCES["organizer"]
    rows = (
        (join(element("strong", name), ": ", meaning), file, organizer)
        for name, meaning, file, organizer in figures(report)
    )
    note = (
        "A key is what a member signs with; what one key signs is counted once. Nobody can check "
        "what the organizer says about the envelopes."
    )
    return section("Counts", element("p", note, class_="note"), _table(heads, rows))


def anonymity(report: Report) -> Markup:
    """Return how well those who signed are hidden."""
    said = f"Their anonymity is {wording.anonymity(report.round.group)}."
    parts = [element("p", said)]
    if report.combinations:
        note = (
            "Each signature shows which registrars certified its key. A member who signed is "
            "hidden only among the members whom the same registrars certified."
        )
        rows = (
            (_names(c.registrars), str(c.keys), "unknown" if c.at_most is None else str(c.at_most))
            for c in report.combinations
        )
        heads = ("certified by", "keys that signed", "members, at most")
        parts += [element("p", note), _table(heads, rows)]
    return section("How anonymous the signers are", *parts)


def terms(report: Report) -> Markup:
    """Return the terms that every signature is bound to."""
    agreed = report.round.terms
    met = "met" if report.quorum_met else "not met"
    trustees = some_of(agreed.threshold, len(agreed.trustees), "trustee")
    facts = [
        ("Open for signing", join("from ", _time(agreed.opens), " to ", _time(agreed.closes))),
        (
            "Signatures were sealed",
            join(
                element("p", f"until {trustees} opened them after the close:"),
                _list(element("bdi", t.name) for t in agreed.trustees),
            ),
        ),
        ("Quorum", f"at least {counted(agreed.quorum, 'member')}: {met}"),
    ]
    if agreed.slot:
        facts.append(
            ("Slot", f"{agreed.slot}: members signed with the key that they have for this slot")
        )
    note = element("p", "Dates and trustees are as the organizer says.", class_="note")
    return section("The round", note, _facts(facts))


def fingerprints(report: Report) -> Markup:
    """Return what people compare."""
    round_ = report.round
    pinned = (
        "This group was named for this check."
        if report.pinned
        else "No group was named for this check. Compare these digits with those that you got "
        "from a person you trust."
    )
    kind = wording.KIND[round_.group.kind]
    group = join(quoted(round_.group.name), f", {kind}. {pinned}")
    facts = [
        ("Group", join(_digits(round_.group_fingerprint), element("p", group))),
        ("Round", _digits(round_.fingerprint)),
        ("Organizer", _digits(fingerprint(round_.terms.organizer_key))),
        ("SHA-256 of the letter", element("code", sha256(round_.letter.raw).hex())),
    ]
    return section("Fingerprints", _facts(facts))


def again() -> Markup:
    """Return how to check the file without trusting this page."""
    verify = "cosign-letter verify published.letter --group 'the sixty digits'"
    items = (
        _step(
            "Get two things: the published file, from where it was published; and the group\u2019s "
            "fingerprint, sixty digits, from a person you trust. Do not take the digits from the "
            "file or from this page."
        ),
        _step(f"Install cosign-letter {__version__}, from its repository: its README says how."),
        _step(
            "Check the file; this needs no network. The exit code is 0 if the file is valid, is "
            "by the group you named, and meets its quorum; 1 if it is not valid; 3 if you named "
            "no group; 4 if the quorum is not met.",
            verify,
        ),
        _step(
            "Make this page again. The same version of the program makes the same bytes.",
            f"{verify} --html report.html",
        ),
    )
    return section("How to check it yourself", element("ol", *items))


def _step(said: str, *commands: str) -> Markup:
    return element("li", element("p", said), *(element("pre", line) for line in commands))


def source(report: Report) -> Markup:
    """Return the exact bytes of the letter, for readers who compute the hash."""
    raw, text = report.round.letter.raw, report.round.letter.text
    encoded = base64.b64encode(raw).decode()
    link = element(
        "a",
        f"Save its {counted(len(raw), 'byte')} as a file",
        href=f"data:application/octet-stream;base64,{encoded}",
        download="letter.md",
    )
    return element(
        "details",
        element("summary", "The source of the letter, exactly as it was signed"),
        element("p", link, ", and compute their SHA-256 to compare it with the one above:"),
        element("pre", "sha256sum letter.md"),
        element("pre", text, dir="auto", lang=""),
    )


def _list(items: Iterable[str]) -> Markup:
    return element("ul", *(element("li", item) for item in items))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Markup:
    """Return a table whose first column names the rows; the first head may be empty."""
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
