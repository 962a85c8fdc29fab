"""A relay that several files of tests ask."""

from collections.abc import Iterator

import pytest

from tests.support import relays
from tests.support.relays import Hosted
from tests.support.world import World


@pytest.fixture(scope="module")
def host(
    tmp_path_factory: pytest.TempPathFactory, village: World, committee: World
) -> Iterator[Hosted]:
    """A relay with the mailboxes of two rounds and of a registrar in each group."""
    worlds, makers = (
        (village, committee),
        (
            relays.box_of_round,
            relays.box_of_registrar,
            relays.box_of_collection,
        ),
    )
    url = f"sqlite:///{tmp_path_factory.mktemp('relay')}/relay.sqlite"
    with relays.hosting(url, *(make(world) for world in worlds for make in makers)) as hosted:
        yield hosted
