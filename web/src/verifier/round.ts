/** Verifying a round, in the order of docs/spec.md, "Rounds". */

import { type Bytes, equal } from './bytes.js';
import { isValidSignature } from './ed25519.js';
import { NotValid } from './errors.js';
import { type Group, readGroup } from './group.js';
import { H, identifier } from './hashing.js';
import { LETTER_ID, ROUND_ID, ROUND_SIGNATURE } from './labels.js';
import type { Round } from './records/round.js';
import { decodeUtf8, textFault, utf8Fault } from './text.js';

export interface VerifiedRound {
  readonly round: Round;
  readonly roundId: Bytes;
  readonly group: Group;
  readonly letter: string;
}

/** Verify a round, grants of its slot included. Throws NotValid. */
export async function verifyRound(round: Round): Promise<VerifiedRound> {
  const { terms } = round;
  const message = H(ROUND_SIGNATURE, terms.raw);
  if (!(await isValidSignature(terms.organizer_key, round.signature, message))) {
    throw new NotValid(
      'the round is not signed by its organizer',
      'ask the organizer for it again',
    );
  }
  const letter = readLetter(round.letter);
  if (!equal(identifier(LETTER_ID, round.letter), terms.letter_id)) {
    throw new NotValid(
      'the letter is not the one that the organizer signed',
      'the text was exchanged; ask the organizer for the round again',
    );
  }
  const group = readGroup(round.group);
  if (!equal(group.groupId, terms.group_id) || group.kind !== terms.kind) {
    throw new NotValid(
      'the group is not the one that the organizer signed',
      'the group was exchanged; ask the organizer for the round again',
    );
  }
  group.checkSlot(terms.slot);
  if (terms.opens < group.earliestOpening) {
    throw new NotValid(
      'the round opens before enrolment in its group is over',
      'members enrol first and sign later; the organizer has to choose a later opening',
    );
  }
  await group.verify(round.statements);
  const roundId = identifier(ROUND_ID, terms.raw);
  await group.checkGrants(round.grants, terms.slot, roundId);
  return { round, roundId, group, letter };
}

function readLetter(bytes: Bytes): string {
  const letter = decodeUtf8(bytes);
  if (letter === null) throw new NotValid(`letter: ${utf8Fault(bytes)}`, 'save it as UTF-8 text');
  const fault = textFault(letter, true);
  if (fault !== null) {
    throw new NotValid(`letter: ${fault}`, 'remove it and save the letter again');
  }
  return letter;
}
