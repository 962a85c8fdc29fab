"""The sections of the page, in the order in which editors need them (docs/spec.md, "Verifying").

The sentences come from the table of words. What strangers wrote stands in elements of its
own, which keep the direction of its script to themselves.
"""

import base64
from collections.abc import Iterable, Iterator

from cosign import __version__
from cosign.primitives.hashing import fingerprint, sha256
from cosign.records.groups.facts import Admissions
from cosign.records.limits import show_minute
from cosign.reports import wording
from cosign.reports.figures import SOURCES, figures
from cosign.reports.hidden import hidden_characters
from cosign.reports.letter import letter_markup
from cosign.reports.markup import (
    Markup,
    element,
    end,
    escape,
    foreign_lines,
    join,
    phrase_markup,
    start,
)
from cosign.roles.shared.counting import NamedSigner
from cosign.roles.verifier.letter import Report
from cosign.roles.verifier.time_stamps import FoundStamp
from cosign.words import capital, phrase, some_of


def section(heading: str, *parts: str, **attributes: str) -> Markup:
    """Return a section."""
    return element("section", element("h2", heading), *parts, **attributes)


def quoted(text: str) -> Markup:
    """Return a stranger's words for use inside one of our sentences."""
    return phrase_markup("quote", words=element("bdi", text))


def chart(report: Report) -> Markup:
    """Return a drawing of how many signed, compared with the quorum and the group."""
    quorum, size = report.round.terms.quorum, report.anonymity_set
    scale = max(report.cosigners, quorum, size or 0)

    def share(count: int) -> str:
        return f"{100 * count / scale:.2f}%"

    signed, crowd = wording.signed_in_chart(report), wording.members(size)
    bar = element(
        "svg",
        element("rect", width=share(size or 0), height="100%", class_="crowd"),
        element("rect", width=share(report.cosigners), height="100%", class_="signed"),
        element("line", x1=share(quorum), x2=share(quorum), y1="-20%", y2="120%", class_="quorum"),
        role="img",
        aria_label=phrase("chart", signed=signed, members=crowd, quorum=quorum),
    )
    legend = element(
        "ul",
        element("li", signed, class_="signed"),
        element("li", phrase("chart.quorum", quorum=quorum), class_="quorum"),
        element("li", crowd, class_="crowd"),
    )
    return element("figure", bar, element("figcaption", legend))


def not_checked(report: Report) -> Markup:
    """Return what the report does not show."""
    return section(phrase("not_checked"), bullets(report.not_checked), class_="doubt")


def vouching(report: Report) -> Markup:
    """Return who vouches for the members."""
    vouching = report.round.group.vouching
    basis = vouching.basis
    parts = [
        element("p", phrase("vouching.by", vouchers=wording.vouchers(vouching))),
        bullets(element("bdi", name) for name in vouching.who),
    ]
    if basis:
        parts += [
            element("p", phrase("vouching.basis", basis=capital(wording.basis(vouching)))),
            element("blockquote", element("p", basis, dir="auto", class_="lines")),
        ]
    if admissions := report.round.membership.admissions:
        parts += [element("p", phrase("admissions")), bullets(map(_admissions, admissions))]
    if left_out := wording.left_out(report):
        parts.append(element("p", phrase("vouching.left_out", left_out=left_out)))
    return section(phrase("vouching"), *parts)


def _admissions(stated: Admissions) -> Markup:
    """Return what one registrar says about those whom it admitted."""
    kinds = [phrase_markup("admitted", count=n, kind=quoted(kind)) for kind, n in stated.admitted]
    said = _commas(kinds) if kinds else escape(phrase("admitted.none"))
    registrar = element("bdi", stated.registrar)
    return phrase_markup("admitted.by", registrar=registrar, admitted=said)


def letter(report: Report) -> Markup:
    """Return the letter in a frame, so that it cannot pass for a part of the report."""
    note = phrase_markup("letter.note", title=quoted(report.round.terms.title))
    text = report.round.letter.text
    parts = [
        element("p", note, class_="note"),
        element("article", letter_markup(text), lang="", aria_label=phrase("letter.label")),
    ]
    if hidden := tuple(hidden_characters(text)):
        parts += [element("p", phrase("hidden"), class_="note"), bullets(hidden)]
    return section(phrase("letter"), *parts)


def statements(report: Report) -> Iterator[Markup]:
    """Yield what signers without a name added."""
    heading = phrase("statements", count=len(report.statements))
    said = (element("bdi", text) for text in report.statements)
    yield from _of_signers(heading, phrase("statements.note") if report.statements else "", said)


def names(report: Report) -> Iterator[Markup]:
    """Yield who signed openly, and what they added; nothing if nobody did."""
    if report.names:
        heading = phrase("names", count=report.named)
        yield from _of_signers(heading, wording.whose_names(report), map(_signer, report.names))


def _signer(signer: NamedSigner) -> Markup:
    who = element("strong", element("bdi", signer.name))
    if signer.role:
        who = phrase_markup("named.entry", name=who, role=element("bdi", signer.role))
    if signer.key:
        who = phrase_markup("named.key", who=who, key=element("code", signer.key.hex()))
    if not signer.statement:
        return who
    return join(who, element("blockquote", element("bdi", signer.statement)))


def _of_signers(heading: str, note: str, items: Iterable[Markup]) -> Iterator[Markup]:
    """Yield a section with a list, one piece at a time: there may be a million."""
    yield start("section")
    yield element("h2", heading)
    if note:
        yield join(element("p", note, class_="note"), start("ul", class_="statements", lang=""))
        for item in items:
            yield element("li", item)
        yield end("ul")
    yield end("section")


def counts(report: Report) -> Markup:
    """Return all figures, those of the file and those of the organizer in columns apart."""
    heads = "", SOURCES["file"], SOURCES["organizer"]
    rows = (
        (
            phrase_markup("counts.row", name=element("strong", name), meaning=meaning),
            file,
            organizer,
        )
        for name, meaning, file, organizer in figures(report)
    )
    note = element("p", phrase("counts.note"), class_="note")
    return section(phrase("counts"), note, table(heads, rows))


def anonymity(report: Report) -> Markup:
    """Return how well those who signed are hidden."""
    said = phrase("anonymity.is", anonymity=wording.anonymity(report.round.group))
    parts = [element("p", said)]
    if others := wording.others(report):
        parts.append(element("p", others))
    if report.combinations:
        parts += [element("p", phrase("combinations.note")), _combinations(report)]
    return section(phrase("anonymity"), *parts)


def _combinations(report: Report) -> Markup:
    """Return keys by the registrars that certified them; without names, in fewer columns."""
    heads = ["registrars", "keys", "at_most"]
    if report.named:
        heads += ["named", "others_at_most"]
    rows = (
        (_names(c.registrars), *(_number(getattr(c, head)) for head in heads[1:]))
        for c in report.combinations
    )
    return table(tuple(phrase(f"combinations.{head}") for head in heads), rows)


def _number(known: int | None) -> str:
    return phrase("combinations.unknown") if known is None else str(known)


def terms(report: Report) -> Markup:
    """Return the terms that every signature is bound to."""
    agreed = report.round.terms
    met = "met" if report.quorum_met else "not_met"
    trustees = some_of(agreed.threshold, len(agreed.trustees), "trustee")
    window = phrase_markup("round.window", opens=_time(agreed.opens), closes=_time(agreed.closes))
    sealed = join(
        element("p", phrase("round.sealed_until", trustees=trustees)),
        bullets(element("bdi", t.name) for t in agreed.trustees),
    )
    facts = [
        (phrase("round.open"), window),
        (phrase("round.sealed"), sealed),
        (phrase("round.quorum"), phrase(f"round.quorum_{met}", count=agreed.quorum)),
    ]
    if agreed.slot:
        facts.append((phrase("round.slot"), phrase("round.slot_key", slot=agreed.slot)))
    note = element("p", phrase("round.note"), class_="note")
    return section(phrase("round"), note, _facts(facts))


def time_stamps(report: Report) -> Markup:
    """Return what the time stamps of the file are worth; nothing if it has none."""
    if not report.time_stamps:
        return join()
    note = element("p", phrase("stamps.note"), class_="note")
    return section(phrase("stamps"), note, bullets(map(_time_stamp, report.time_stamps)))


def _time_stamp(found: FoundStamp) -> Markup:
    date, time = wording.stamp_time(found)
    authority = quoted(found.authority) if found.authority else phrase("stamp.nobody")
    return phrase_markup(
        f"stamp.{wording.stamp_state(found)}",
        authority=authority,
        date=date,
        time=time,
        problem=found.problem,
    )


def fingerprints(report: Report) -> Markup:
    """Return what people compare."""
    round_ = report.round
    pinned = "pinned" if report.pinned else "not_pinned"
    name, kind = quoted(round_.group.name), phrase(f"kind.{round_.group.kind}")
    group = phrase_markup(f"fingerprints.{pinned}", name=name, kind=kind)
    facts = [
        (
            phrase("fingerprints.group"),
            join(_digits(round_.group_fingerprint), element("p", group)),
        ),
        (phrase("fingerprints.round"), _digits(round_.fingerprint)),
        (
            phrase("fingerprints.organizer"),
            _digits(fingerprint(round_.terms.organizer_key)),
        ),
        (phrase("fingerprints.letter"), element("code", sha256(round_.letter.raw).hex())),
    ]
    return section(phrase("fingerprints"), _facts(facts))


def again() -> Markup:
    """Return how to check the file without trusting this page."""
    check = phrase("again.check_command")
    items = (
        _step(phrase("again.get")),
        _step(phrase("again.install", version=__version__)),
        _step(phrase("again.check"), check),
        _step(phrase("again.page"), phrase("again.page_command", check=check)),
    )
    return section(phrase("again"), element("ol", *items))


def _step(said: str, *commands: str) -> Markup:
    return element("li", element("p", said), *(element("pre", line) for line in commands))


def source(report: Report) -> Markup:
    """Return the exact bytes of the letter, for readers who compute the hash."""
    raw, text = report.round.letter.raw, report.round.letter.text
    encoded = base64.b64encode(raw).decode()
    link = element(
        "a",
        phrase("source.save", bytes=phrase("count.byte", count=len(raw))),
        href=f"data:application/octet-stream;base64,{encoded}",
        download="letter.md",
    )
    return element(
        "details",
        element("summary", phrase("source")),
        element("p", phrase_markup("source.compare", link=link)),
        element("pre", phrase("source.command")),
        element("pre", foreign_lines(text), dir="auto", lang=""),
    )


def bullets(items: Iterable[str]) -> Markup:
    """Return a list."""
    return element("ul", *(element("li", item) for item in items))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Markup:
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
    return _commas(element("bdi", name) for name in names)


def _commas(parts: Iterable[Markup]) -> Markup:
    first, *others = parts
    return join(first, *(join(", ", part) for part in others))


def _digits(shown: str) -> Markup:
    return element("code", shown, class_="digits")


def _time(minute: int) -> Markup:
    shown = show_minute(minute)
    date, _, time = shown.removesuffix("Z").partition("T")
    return element("time", phrase("time", date=date, time=time), datetime=shown)
