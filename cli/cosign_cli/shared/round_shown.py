"""A round as a person sees it before anything is signed: letter, facts, and what to compare."""

from typing import TYPE_CHECKING

from cosign.quoting import quoted
from cosign.words import counted, some_of
from cosign_cli.shared.console import Console

if TYPE_CHECKING:
    from cosign.records.campaign import CampaignTerms
    from cosign.records.round import VerifiedRound


def show_letter(
    console: Console, round_: "VerifiedRound", campaign: "CampaignTerms | None" = None
) -> None:
    """Show the letter in a frame, what is hidden in it, and the terms, all on stderr.

    Args:
        console: of the command.
        round_: verified.
        campaign: that names the round, verified; None if there is none.
    """
    from cosign.records.limits import show_minute
    from cosign.reports.hidden import hidden_characters
    from cosign.reports.wording import anonymity

    terms, letter = round_.terms, round_.letter
    console.frame(letter.text)
    for sentence in hidden_characters(letter.text):
        console.note(f"warning: in the letter, {sentence}")
    names = ", ".join(quoted(t.name) for t in terms.trustees)
    console.facts(f"letter     {quoted(terms.title)}, {counted(len(letter.raw), 'byte')}")
    console.facts(f"group      {quoted(round_.group.name)}")
    if round_.group.key_kinds:
        console.facts(f"anonymity  {anonymity(round_.group)}")
    console.facts(f"open       {show_minute(terms.opens)} to {show_minute(terms.closes)}")
    console.facts(
        f"envelopes  opened by {some_of(terms.threshold, len(terms.trustees), 'trustee')} "
        f"({names}) after {show_minute(terms.closes)}"
    )
    if campaign:
        _show_campaign(console, round_, campaign)


def _show_campaign(console: Console, round_: "VerifiedRound", campaign: "CampaignTerms") -> None:
    """Show which other groups are asked, and in whose words."""
    own = campaign.organizer_key == round_.terms.organizer_key
    for asked in campaign.rounds:
        if asked.round_id != round_.round_id:
            console.facts(f"also asked {quoted(asked.name)}")
    if own:
        console.note("the organizer of this round says who is also asked")
        return
    from cosign.primitives.hashing import fingerprint, fingerprint_beside

    console.facts(fingerprint_beside("says who   ", fingerprint(campaign.organizer_key)))
    console.note(
        "warning: the organizer of another round says who is also asked; anybody can open a round "
        "and say so: ask the organizer of your round whether it is true"
    )


def show_compared(console: Console, round_: "VerifiedRound", *, expected: bool = False) -> None:
    """Show the fingerprints, and unless one was expected, how to compare the round by telephone.

    Args:
        console: of the command.
        round_: verified.
        expected: the round's fingerprint was compared with one that the person named.
    """
    from cosign.primitives.comparison import draw_words
    from cosign.primitives.hashing import fingerprint_beside
    from cosign.records.comparable import Comparable

    console.facts(fingerprint_beside("group      ", round_.group_fingerprint))
    console.facts(fingerprint_beside("round      ", round_.fingerprint))
    if expected:
        return
    phrase = draw_words()
    shown = " ".join(phrase)
    console.facts(f"words      {shown}")
    console.facts(f"digits     {Comparable('round', round_.round_id).digits(phrase)}")
    console.note(
        "before you go on, call someone you trust, who has the file already, and say the four "
        f'words; they type cosign-letter compare FILE --words "{shown}" and must see the same '
        "ten digits; this compares the group, too"
    )
