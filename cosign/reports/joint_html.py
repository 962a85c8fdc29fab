"""The report on a joint letter as a page (docs/spec.md, "Verifying a joint letter").

First the groups side by side and the letter, once; then all that a page about a single
letter has, group by group.
"""

from collections.abc import Iterator

from cosign.reports import joint, sections, wording
from cosign.reports.html import VERDICTS, facts, page, verdict
from cosign.reports.markup import Markup, element, escape, phrase_markup
from cosign.roles.verifier.joint import JointReport
from cosign.words import capital, phrase


def joint_page(report: JointReport) -> Iterator[bytes]:
    """Yield the chunks of a page about a valid joint letter."""
    mood, headline = VERDICTS[report.exit_code]
    lead = phrase_markup("joint.lead", signed=element("strong", capital(joint.signed(report))))
    header = verdict(mood, headline, lead, *_remarks(report), _table(report))
    title = phrase("title", headline=headline, title=report.letters[0].round.terms.title)
    yield from page(title, header, _body(report))


def _remarks(report: JointReport) -> Iterator[Markup]:
    if report.page == "genuine":
        yield element("p", phrase("remark.page", state=wording.page_state(report.page)))
    but = element("strong", phrase("caveat.but"))
    for caveat in joint.caveats(report):
        yield element("p", phrase_markup("caveat", but=but, caveat=caveat), class_="caveat")


def _table(report: JointReport) -> Markup:
    heads = tuple(phrase(f"joint.head.{name}") for name in joint.COLUMNS)
    return sections.table(heads, joint.cells_of(report, lambda name: element("bdi", name)))


def _body(report: JointReport) -> Iterator[Markup]:
    about = sections.bullets(map(escape, report.not_checked))
    yield sections.section(phrase("joint.not_checked"), about, class_="doubt")
    yield from _in_several(report)
    yield from _campaigns(report)
    yield sections.letter(report.letters[0])
    for number, letter in enumerate(report.letters, 1):
        name, count = sections.quoted(letter.round.group.name), len(report.letters)
        yield element("h2", phrase_markup("joint.group_of", number=number, count=count, name=name))
        yield sections.not_checked(letter)
        yield sections.vouching(letter)
        yield from facts(letter)
    yield sections.again()
    yield sections.source(report.letters[0])


def _in_several(report: JointReport) -> Iterator[Markup]:
    said = [
        phrase_markup(
            f"joint.same.{what}",
            name=sections.quoted(found.name),
            which=joint.groups_of(found.letters),
        )
        for what, found in joint.in_several(report)
    ]
    if said:
        yield sections.section(phrase("joint.same"), sections.bullets(said), class_="doubt")


def _campaigns(report: JointReport) -> Iterator[Markup]:
    for terms in report.campaigns:
        by = phrase("joint.asked_by", which=joint.organized(report, terms))
        asked = (
            phrase_markup(
                f"joint.asked.{'here' if which else 'absent'}",
                name=sections.quoted(group.name),
                which=which,
            )
            for group, which in joint.asked_groups(report, terms)
        )
        yield sections.section(phrase("joint.asked"), element("p", by), sections.bullets(asked))
