"""Files that the page's engine did not make: damaged, of other programs, of other costs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cosign.records.envelope import Envelope
from cosign.records.key_file import KeyFile
from cosign.roles import member
from cosign.roles.organizer.invitations import encode_secret, invite
from cosign.secret import Secret
from cosign.stores.key_files import PORTABLE, seal_key_file
from cosign.stores.vault_file import VaultFile
from tests.support import relays, rosters
from tests.support.member_page import PASSPHRASE, Engine, File, ProblemError, engine_of
from tests.support.page_records import CHEAP, is_valid, opened, opened_by, refused, sealed, signing
from tests.support.world import (
    Seeded,
    committee,
    village,
)


class TestMutants:
    """Every file that the page reads: bits flipped, cut, and longer."""

    def check(self, raw: bytes, use: Callable[[bytes], object], flips: int = 12) -> None:
        """Check that a file passes, and that no mutant of it does."""
        use(raw)
        mutants = list(_mutants(raw, flips))
        for mutant in [*mutants, raw[:-1], raw[: len(raw) // 2], raw + b"\0"]:
            with pytest.raises(ProblemError) as caught:
                use(mutant)
            assert caught.value.hint or caught.value.message

    def test_rounds(self, engine: Engine) -> None:
        self.check(village().round.round.to_bytes(), engine.open)

    def test_rosters(self, engine: Engine) -> None:
        self.check(rosters.roster(5).to_bytes(), engine.open)

    def test_mailboxes(self, engine: Engine) -> None:
        self.check(relays.box_of_round(village()).to_bytes(), engine.open)

    def test_key_files(self, engine: Engine) -> None:
        self.check(sealed(rosters.credential(1)), engine.unlock)

    def test_invitations(self, engine: Engine) -> None:
        secret, invitation = invite(village().round)

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("openInvitation", encode_secret(secret))

        self.check(invitation.to_bytes(), use)

    def test_answers(self, engine: Engine) -> None:
        log = village().enrolments[0]
        engine.unlock(sealed(log.before))

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("finish")
            engine.call("discard")

        self.check(log.response.to_bytes(), use)

    def test_letters(self, engine: Engine) -> None:
        """Records of others are not verified, but the trailer covers them."""
        receipt = member.encode_receipt(village().prover(1).tag)

        def use(raw: bytes) -> None:
            engine.open(raw)
            engine.call("check", receipt)

        self.check(village().published, use)

    def test_groups(self, engine: Engine) -> None:
        """What is well-formed is another group, with another fingerprint."""
        raw = village().group.to_bytes()
        right = engine.open(raw)["group"]["fingerprint"]
        for mutant in _mutants(raw, 12):
            try:
                found = engine.open(mutant)
            except ProblemError:
                continue
            assert found["group"]["fingerprint"] != right

    def test_foreign_files(self, engine: Engine) -> None:
        for raw in (b"", b"PK\x03\x04 and so on", b"<!doctype html><p>login", b"Dear all"):
            with refused("MalformedError", "not a (record of this tool|published letter)"):
                engine.call("open", File(raw))
                engine.call("check", member.encode_receipt(bytes(32)))


def _mutants(raw: bytes, flips: int) -> Iterator[bytes]:
    """Yield copies with one bit flipped, at places that are the same in every run."""
    source = Seeded("mutants")
    for _ in range(flips):
        place = int.from_bytes(source(8)) % (8 * len(raw))
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        yield bytes(flipped)


class TestKeyFiles:
    """What opens, and what does not."""

    def test_cost(self, engine: Engine) -> None:
        """The second recommended option of RFC 9106, which `member export` takes, too."""
        raw = engine.call("keyFileForPeople", PASSPHRASE)["keyFile"]
        file = VaultFile.from_bytes(raw)
        assert (file.opslimit, file.memlimit) == PORTABLE
        assert len(opened(raw).keys) == 1

    def test_bare_file(self, engine: Engine) -> None:
        file = VaultFile.seal("key-file", KeyFile.of([]), None, CHEAP, Seeded("bare"))
        with refused("PassphraseError", "under no passphrase"):
            engine.unlock(file.to_bytes())

    @pytest.mark.parametrize("cost", [(11, 8192), (3, 2**29), (0, 8192), (3, 4096)])
    def test_costs_out_of_bounds(self, engine: Engine, cost: tuple[int, int]) -> None:
        """Compared before any memory is taken."""
        file = VaultFile("argon2id", *cost, bytes(16), bytes(24), Secret(bytes(5000)))
        with refused("MalformedError", "more work or memory than is allowed"):
            engine.unlock(file.to_bytes())

    def test_passphrases_of_other_keyboards(self, engine: Engine) -> None:
        """Two forms of one character, and a no-break space."""
        file = seal_key_file(KeyFile.of([]), Secret("café cheval".encode()), CHEAP)
        engine.open(file.to_bytes())
        engine.call("unlock", "cafe\u0301\u00a0cheval")
        with refused("PassphraseError", "does not open"):
            engine.call("unlock", "cafe cheval")

    def test_merging(self, engine: Engine) -> None:
        """`member import`, in the page."""
        engine.unlock(sealed(village().members[0]))
        engine.open(sealed(rosters.credential(1)))
        _done, raw = engine.step("merge", PASSPHRASE)
        assert opened(raw) == KeyFile.of([village().members[0], rosters.credential(1)])


class TestWithoutWebAssembly:
    """As in Tor Browser on "Safer": registered groups work, and rosters are refused in words."""

    def test_registered_and_rostered(self, member_module: Path) -> None:
        with engine_of(member_module, ["--no-expose-wasm"]) as engine:
            world, state = committee(), committee().members[1]
            engine.unlock(sealed(state, rosters.credential(1)))
            engine.open(world.round.round.to_bytes())
            made, key_file = engine.step("sign", signing(statement="I was there"))
            record = opened_by(world, world.round, Envelope.from_bytes(made["record"]))
            assert is_valid(world.round, record)
            held = opened(key_file)
            assert len(held.memberships[0].uses) == 1
            engine.open(rosters.round_of(3).round.to_bytes())
            with refused("RefusedError", "no WebAssembly"):
                engine.call("sign", signing())
            with refused("RefusedError", "no WebAssembly"):
                engine.call("makeMemberKey")
