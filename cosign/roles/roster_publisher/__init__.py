"""The steps of a roster's publisher: collect keys, choose one for each person, sign the list.

A namespace: names are loaded when they are first used.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.primitives.ssh.lines import ED25519 as ED25519
    from cosign.roles.roster_publisher.certificates import check_certificates as check_certificates
    from cosign.roles.roster_publisher.certificates import make_evidence as make_evidence
    from cosign.roles.roster_publisher.collected import CollectedKey as CollectedKey
    from cosign.roles.roster_publisher.collected import admitted_kinds as admitted_kinds
    from cosign.roles.roster_publisher.collected import collected_table as collected_table
    from cosign.roles.roster_publisher.collected import read_collected as read_collected
    from cosign.roles.roster_publisher.collected import (
        source_with_evidence as source_with_evidence,
    )
    from cosign.roles.roster_publisher.collecting import Rehearsal as Rehearsal
    from cosign.roles.roster_publisher.collecting import collect as collect
    from cosign.roles.roster_publisher.collecting import (
        collection_ledger_key as collection_ledger_key,
    )
    from cosign.roles.roster_publisher.collecting import is_own as is_own
    from cosign.roles.roster_publisher.collecting import key_id as key_id
    from cosign.roles.roster_publisher.collecting import make_collection as make_collection
    from cosign.roles.roster_publisher.collecting import open_delivery as open_delivery
    from cosign.roles.roster_publisher.roster import FRESH as FRESH
    from cosign.roles.roster_publisher.roster import Entry as Entry
    from cosign.roles.roster_publisher.roster import Gathered as Gathered
    from cosign.roles.roster_publisher.roster import gather as gather
    from cosign.roles.roster_publisher.roster import make_publisher as make_publisher
    from cosign.roles.roster_publisher.roster import make_roster as make_roster
    from cosign.roles.roster_publisher.roster import own_number as own_number
    from cosign.roles.roster_publisher.roster import sign_roster as sign_roster
    from cosign.roles.roster_publisher.sources import SOURCE_LIMIT as SOURCE_LIMIT
    from cosign.roles.roster_publisher.sources import member_entry as member_entry
    from cosign.roles.roster_publisher.sources import read_ssh_lines as read_ssh_lines
    from cosign.roles.roster_publisher.sources import ssh_entries as ssh_entries
    from cosign.roles.roster_publisher.sources import unlisted_proofs as unlisted_proofs
    from cosign.roles.roster_publisher.sources import verify_proof as verify_proof

__all__ = [
    "ED25519",
    "FRESH",
    "SOURCE_LIMIT",
    "CollectedKey",
    "Entry",
    "Gathered",
    "Rehearsal",
    "admitted_kinds",
    "check_certificates",
    "collect",
    "collected_table",
    "collection_ledger_key",
    "gather",
    "is_own",
    "key_id",
    "make_collection",
    "make_evidence",
    "make_publisher",
    "make_roster",
    "member_entry",
    "open_delivery",
    "own_number",
    "read_collected",
    "read_ssh_lines",
    "sign_roster",
    "source_with_evidence",
    "ssh_entries",
    "unlisted_proofs",
    "verify_proof",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "ED25519": "cosign.primitives.ssh.lines",
            "Entry": f"{__name__}.roster",
            "FRESH": f"{__name__}.roster",
            "Gathered": f"{__name__}.roster",
            "Rehearsal": f"{__name__}.collecting",
            "SOURCE_LIMIT": f"{__name__}.sources",
            "CollectedKey": f"{__name__}.collected",
            "admitted_kinds": f"{__name__}.collected",
            "check_certificates": f"{__name__}.certificates",
            "collect": f"{__name__}.collecting",
            "collection_ledger_key": f"{__name__}.collecting",
            "is_own": f"{__name__}.collecting",
            "key_id": f"{__name__}.collecting",
            "make_collection": f"{__name__}.collecting",
            "open_delivery": f"{__name__}.collecting",
            "collected_table": f"{__name__}.collected",
            "read_collected": f"{__name__}.collected",
            "gather": f"{__name__}.roster",
            "make_evidence": f"{__name__}.certificates",
            "make_publisher": f"{__name__}.roster",
            "make_roster": f"{__name__}.roster",
            "member_entry": f"{__name__}.sources",
            "own_number": f"{__name__}.roster",
            "read_ssh_lines": f"{__name__}.sources",
            "sign_roster": f"{__name__}.roster",
            "source_with_evidence": f"{__name__}.collected",
            "ssh_entries": f"{__name__}.sources",
            "unlisted_proofs": f"{__name__}.sources",
            "verify_proof": f"{__name__}.sources",
        },
    )
