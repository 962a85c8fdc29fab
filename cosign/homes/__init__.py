"""Roles whose secrets are stored in a home: make them, find them, use them.

A home (:class:`~cosign.stores.home.Home`) is a folder of encrypted files, one person's.
The functions here know which file holds what, hold the home's lock while they change
something, and write before anything leaves. They do what the command line does.

A namespace: names are loaded when they are first used.

Not protected: a program that can read the unlocked home learns everything in it.
"""

from typing import TYPE_CHECKING

from cosign.lazy import lazy_exports

if TYPE_CHECKING:
    from cosign.homes.collection import CollectionSession as CollectionSession
    from cosign.homes.collection import add_collection as add_collection
    from cosign.homes.collection import key_for as key_for
    from cosign.homes.key_files import export_keys as export_keys
    from cosign.homes.key_files import import_keys as import_keys
    from cosign.homes.member import Waiting as Waiting
    from cosign.homes.member import add_member_key as add_member_key
    from cosign.homes.member import find_member as find_member
    from cosign.homes.member import find_own as find_own
    from cosign.homes.member import finish_enrolment as finish_enrolment
    from cosign.homes.member import forget as forget
    from cosign.homes.member import open_member as open_member
    from cosign.homes.member import open_membership as open_membership
    from cosign.homes.member import signed_in as signed_in
    from cosign.homes.member import signed_openly as signed_openly
    from cosign.homes.member import waiting_requests as waiting_requests
    from cosign.homes.organizer import check_roster as check_roster
    from cosign.homes.organizer import find_organizer as find_organizer
    from cosign.homes.organizer import open_organizer as open_organizer
    from cosign.homes.registrar import Issuer as Issuer
    from cosign.homes.registrar import RegistrarSession as RegistrarSession
    from cosign.homes.registrar import add_registrar as add_registrar
    from cosign.homes.trustee import add_trustee as add_trustee
    from cosign.homes.trustee import find_trustee as find_trustee
    from cosign.homes.trustee import forget_trustee as forget_trustee
    from cosign.homes.trustee import trustee_keys as trustee_keys
    from cosign.stores.home import Home as Home
    from cosign.stores.key_files import open_key_file as open_key_file

__all__ = [
    "CollectionSession",
    "Home",
    "Issuer",
    "RegistrarSession",
    "Waiting",
    "add_collection",
    "add_member_key",
    "add_registrar",
    "add_trustee",
    "check_roster",
    "export_keys",
    "find_member",
    "find_organizer",
    "find_own",
    "find_trustee",
    "finish_enrolment",
    "forget",
    "forget_trustee",
    "import_keys",
    "key_for",
    "open_key_file",
    "open_member",
    "open_membership",
    "open_organizer",
    "signed_in",
    "signed_openly",
    "trustee_keys",
    "waiting_requests",
]

if not TYPE_CHECKING:  # else mypy would take any name for an export
    __getattr__, __dir__ = lazy_exports(
        globals(),
        {
            "CollectionSession": f"{__name__}.collection",
            "Home": "cosign.stores.home",
            "Issuer": f"{__name__}.registrar",
            "RegistrarSession": f"{__name__}.registrar",
            "Waiting": f"{__name__}.member",
            "add_collection": f"{__name__}.collection",
            "add_member_key": f"{__name__}.member",
            "add_registrar": f"{__name__}.registrar",
            "add_trustee": f"{__name__}.trustee",
            "check_roster": f"{__name__}.organizer",
            "export_keys": f"{__name__}.key_files",
            "find_member": f"{__name__}.member",
            "find_organizer": f"{__name__}.organizer",
            "find_own": f"{__name__}.member",
            "find_trustee": f"{__name__}.trustee",
            "finish_enrolment": f"{__name__}.member",
            "forget": f"{__name__}.member",
            "forget_trustee": f"{__name__}.trustee",
            "import_keys": f"{__name__}.key_files",
            "key_for": f"{__name__}.collection",
            "open_key_file": "cosign.stores.key_files",
            "open_member": f"{__name__}.member",
            "open_membership": f"{__name__}.member",
            "open_organizer": f"{__name__}.organizer",
            "signed_in": f"{__name__}.member",
            "signed_openly": f"{__name__}.member",
            "trustee_keys": f"{__name__}.trustee",
            "waiting_requests": f"{__name__}.member",
        },
    )
