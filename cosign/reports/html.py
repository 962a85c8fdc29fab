"""The report as a page for editors (docs/spec.md, "Verifying").

The page loads nothing and runs nothing, which a content security policy makes the browser
enforce. Everything that strangers wrote is escaped by :mod:`cosign.reports.markup`. The
same file, pin and version of this library give the same bytes.

Not protected: anybody can write a page that looks like this one. Only the file is proof.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from cosign import __version__
from cosign.reports import sections, wording
from cosign.reports.document import Document
from cosign.reports.markup import Markup, element, end, escape, phrase_markup, start
from cosign.roles.verifier.letter import BELOW_QUORUM, NOT_PINNED, VALID, Report
from cosign.words import capital, phrase

_DOCUMENT: Final = Document(
    ("page.css", "markdown.css"),
    "'none'",
    (start("meta", name="color-scheme", content="light dark"),),
)

VERDICTS: Final = {
    VALID: ("good", phrase("headline.valid")),
    NOT_PINNED: ("doubt", phrase("headline.not_pinned")),
    BELOW_QUORUM: ("doubt", phrase("headline.below_quorum")),
}
"""Color and headline of a page about a valid letter, by exit code."""


def report_page(report: Report) -> Iterator[bytes]:
    """Yield the chunks of a page about a valid letter."""
    mood, headline = VERDICTS[report.exit_code]
    header = verdict(mood, headline, _lead(report), *_remarks(report), sections.chart(report))
    title = phrase("title", headline=headline, title=report.round.terms.title)
    yield from page(title, header, _body(report))


def refusal_page(message: str, hint: str) -> Iterator[bytes]:
    """Yield the chunks of a page about a file that is not valid.

    Args:
        message: of the error; nothing else on the page comes from the file.
        hint: of the error; may be empty.
    """
    headline, lead = phrase("headline.not_valid"), escape(phrase("lead.not_valid"))
    found = element("p", element("bdi", message), class_="error")
    advice = element("p", phrase("found.advice", hint=hint)) if hint else ""
    body = sections.section(phrase("found"), found, advice)
    yield from page(headline, verdict("bad", headline, lead), [body, sections.again()])


def _lead(report: Report) -> Markup:
    signed = element("strong", capital(wording.signed(report)))
    group = sections.quoted(report.round.group.name)
    pinned = "pinned" if report.pinned else "not_pinned"
    return phrase_markup(f"lead.{pinned}", signed=signed, group=group)


def _remarks(report: Report) -> Iterator[Markup]:
    """Yield what the verdict rests on, or what is missing."""
    if report.pinned:
        met = "_and_quorum" if report.quorum_met else ""
        quorum = report.round.terms.quorum
        yield element("p", phrase(f"remark.pinned{met}", quorum=quorum))
    if report.page == "genuine":
        yield element("p", phrase("remark.page", state=wording.page_state(report.page)))
    but = element("strong", phrase("caveat.but"))
    for caveat in wording.caveats(report):
        yield element("p", phrase_markup("caveat", but=but, caveat=caveat), class_="caveat")


def verdict(mood: str, headline: str, lead: str, *more: Markup) -> Markup:
    """Return the head of a page: what was found, in a color, and what it rests on."""
    parts = (element("h1", headline), element("p", lead, class_="lead"), *more)
    kicker = element("p", phrase("kicker"), class_="kicker")
    return element("header", kicker, *parts, class_=mood)


def _body(report: Report) -> Iterator[Markup]:
    yield sections.not_checked(report)
    yield sections.vouching(report)
    yield sections.letter(report)
    yield from facts(report)
    yield sections.again()
    yield sections.source(report)


def facts(report: Report) -> Iterator[Markup]:
    """Yield the sections about one round: statements, figures, terms and what to compare."""
    yield from sections.names(report)
    yield from sections.statements(report)
    yield sections.counts(report)
    yield sections.anonymity(report)
    yield sections.terms(report)
    yield sections.time_stamps(report)
    yield sections.fingerprints(report)


def page(title: str, header: Markup, body: Iterable[Markup]) -> Iterator[bytes]:
    """Yield the chunks of a page from its parts."""
    footer = element("footer", element("p", phrase("footer", version=__version__)))
    parts = chain((header, start("main")), body, (end("main"), footer))
    yield from _DOCUMENT.chunks(title, parts)
