/**
 * Verifying a round.
 *
 * docs/spec.md, "Rounds", in the order of "Verifying a round".
 */

import { equalBytes } from './bytes.mjs';
import { identifier } from './hashing.mjs';
import { NotValid, must } from './not_valid.mjs';
import { mustBeSigned } from './points.mjs';
import { RegisteredGroup, Roster } from './records.mjs';
import { Registered } from './registered.mjs';
import { Rostered } from './rostered.mjs';
import { decodeLines } from './text.mjs';

/** The group of a round that verifies. */
export function verifyRound({ terms, signature, letter, group: bytes, statements, grants }) {
  mustBeSigned(terms.organizer_key, signature, 'cosign/v1/round-signature', terms.bytes);
  decodeLines(letter);
  const letterId = identifier('cosign/v1/letter-id', letter);
  must(equalBytes(letterId, terms.letter_id), 'the letter is another one');
  const group = readGroup(bytes);
  must(equalBytes(group.id, terms.group_id), 'the group is another one');
  must(group.kind === terms.kind, 'the group is of another kind');
  must(group.hasSlot(terms.slot), 'the group does not have the slot');
  must(terms.opens >= group.earliestOpening, 'the round opens before enrolment closes');
  group.verify(statements);
  group.verifyGrants(grants, terms.slot, identifier('cosign/v1/round-id', terms.bytes));
  return group;
}

/** A group of one of the two kinds, told apart by the label. */
export function readGroup(bytes) {
  if (RegisteredGroup.begins(bytes)) return new Registered(RegisteredGroup.read(bytes));
  if (Roster.begins(bytes)) return new Rostered(Roster.read(bytes));
  throw new NotValid('no group');
}
