/**
 * The records that a published file can hold, table by table.
 *
 * docs/spec.md, "Groups", "Rosters", "Rounds", "Cosignatures", "Published letter". What passes is
 * well-formed, not verified.
 */

import { ascendStrictly, compareBytes, distinct, pieces, utf8 } from './bytes.mjs';
import { RecordType, array, bin, inner, line, lines, orNil, row, uint, word } from './fields.mjs';
import { checkXWingKey, rsaKeySize } from './keys.mjs';
import { must } from './not_valid.mjs';
import { decodePrimeOrderPoint } from './points.mjs';

const minute = uint(0, 4223371679);
const name = line(1, 200);

export const Registrar = new RecordType('registrar', 40592, {
  name,
  slot_keys: array(bin(1, 600), 1, 64),
  identity_key: bin(32),
  request_key: bin(1216),
}, (registrar) => {
  registrar.slot_keys.forEach(rsaKeySize);
  must(distinct(registrar.slot_keys), 'one RSA key for two slots');
  decodePrimeOrderPoint(registrar.identity_key);
  checkXWingKey(registrar.request_key);
});

export const RegisteredGroup = new RecordType('registered-group', 654552, {
  name,
  purpose: lines(0, 4000),
  enrol_opens: minute,
  enrol_closes: minute,
  threshold: uint(1, 16),
  registrars: array(inner(Registrar, 40592), 1, 16),
  salt: bin(32),
}, ({ enrol_opens, enrol_closes, threshold, registrars }) => {
  must(enrol_opens < enrol_closes, 'enrolment closes before it opens');
  must(threshold <= registrars.length, 'more registrars are asked for than there are');
  const slots = registrars[0].slot_keys.length;
  must(registrars.every((one) => one.slot_keys.length === slots), 'registrars differ in slots');
  const keys = registrars.flatMap((one) => [...one.slot_keys, one.identity_key, one.request_key]);
  must(distinct(keys), 'one key twice in a group');
});

export const EnrolmentStatement = new RecordType('enrolment-statement', 584, {
  group_id: bin(32),
  registrar: uint(0, 15),
  admitted: array(row(line(1, 40), uint(1, 1_000_000)), 0, 8),
  signature: bin(64),
}, ({ admitted }) => {
  const kinds = admitted.map(([kind]) => utf8(kind));
  must(ascendStrictly(kinds, compareBytes), 'the kinds of evidence do not ascend');
  must(total(admitted) <= 1_000_000, 'a statement of more members than a group can have');
});

/** The sum over all kinds of evidence. */
export const total = (admitted) => admitted.reduce((sum, [, count]) => sum + count, 0);

export const SlotGrant = new RecordType('slot-grant', 200, {
  group_id: bin(32),
  slot: uint(1, 64),
  round_id: bin(32),
  registrar: uint(0, 15),
  signature: bin(64),
});

export const Publisher = new RecordType('publisher', 300, {
  name,
  identity_key: bin(32),
}, ({ identity_key }) => decodePrimeOrderPoint(identity_key));

const leftOut = uint(0, 4294967295);

export const RosterTerms = new RecordType('roster-terms', 32135000, {
  name,
  source: lines(0, 4000),
  publishers: array(inner(Publisher, 300), 1, 16),
  threshold: uint(1, 16),
  left_out: row(leftOut, leftOut, leftOut, leftOut, leftOut, leftOut),
  fresh: bin(1, 125_000),
  keys: bin(64, 32_000_000),
}, ({ publishers, threshold, fresh, keys }) => {
  must(threshold <= publishers.length, 'more publishers are asked for than there are');
  must(distinct(publishers.map((one) => one.identity_key)), 'two publishers have one key');
  must(keys.length % 32 === 0, 'the keys of a roster are not whole');
  must(ascendStrictly(pieces(keys), compareBytes), 'the keys of a roster do not ascend');
  const size = keys.length / 32;
  must(fresh.length === Math.ceil(size / 8), 'a roster does not say the kind of each key');
  const spare = size % 8 ? fresh.at(-1) >> (size % 8) : 0;
  must(spare === 0, 'a roster says the kind of a key that it does not have');
});

export const Roster = new RecordType('roster', 32137000, {
  terms: inner(RosterTerms, 32135000),
  signatures: array(row(uint(0, 15), bin(64)), 0, 16),
}, ({ terms, signatures }) => {
  must(ascendStrictly(signatures, ([a], [b]) => a - b), 'the publishers who signed do not ascend');
  const named = signatures.every(([publisher]) => publisher < terms.publishers.length);
  must(named, 'a roster is signed by a publisher that it does not name');
});

export const Trustee = new RecordType('trustee', 1600, {
  name,
  sealing_key: bin(1216),
}, ({ sealing_key }) => checkXWingKey(sealing_key));

export const RoundTerms = new RecordType('round-terms', 28648, {
  title: line(1, 200),
  letter_id: bin(32),
  group_id: bin(32),
  kind: word('registered', 'rostered'),
  slot: uint(0, 64),
  organizer_key: bin(32),
  organizer_sealing_key: bin(1216),
  trustees: array(inner(Trustee, 1600), 1, 16),
  threshold: uint(1, 16),
  quorum: uint(1, 1_000_000),
  min_set: uint(0, 1_000_000),
  opens: minute,
  closes: minute,
  salt: bin(32),
}, ({ organizer_key, organizer_sealing_key, trustees, threshold, opens, closes }) => {
  decodePrimeOrderPoint(organizer_key);
  checkXWingKey(organizer_sealing_key);
  must(opens < closes, 'a round closes before it opens');
  must(threshold <= trustees.length, 'more trustees are asked for than there are');
  must(distinct(trustees.map((one) => one.sealing_key)), 'two trustees have one key');
});

export const Round = new RecordType('round', 33227064, {
  terms: inner(RoundTerms, 28648),
  signature: bin(64),
  letter: bin(1, 1_048_576),
  group: bin(1, 32137000),
  statements: array(inner(EnrolmentStatement, 584), 0, 16),
  grants: array(inner(SlotGrant, 200), 0, 16),
}, ({ statements, grants }) => {
  for (const rows of [statements, grants]) {
    const ascend = ascendStrictly(rows, (a, b) => a.registrar - b.registrar);
    must(ascend, 'the registrars of the statements or grants do not ascend');
  }
});

export const Cosignature = new RecordType('cosignature', 16764, {
  action: word('cosign', 'withdraw'),
  statement: line(0, 280),
  proof: bin(32, 16_384),
}, ({ action, statement }) => {
  must(action === 'cosign' || statement === '', 'a withdrawal has a statement');
});

export const OpenCosignature = new RecordType('open-cosignature', 18180, {
  statement: line(0, 280),
  proof: bin(32, 16_384),
  name: line(1, 100),
  role: line(0, 100),
  key: orNil(bin(32)),
  consent: bin(64, 96),
  attestations: array(row(uint(0, 15), bin(64)), 0, 16),
}, ({ key, consent, attestations }) => {
  must(consent.length === (key ? 96 : 64), 'a consent of another length than its kind has');
  must((key === null) === (attestations.length > 0), 'a name shows neither a key nor attestations, or both');
  must(ascendStrictly(attestations, ([a], [b]) => a - b), 'the attestations do not ascend');
});

export const CampaignTerms = new RecordType('campaign-terms', 4880, {
  title: name,
  letter_id: bin(32),
  organizer_key: bin(32),
  rounds: array(row(bin(32), bin(32), name), 2, 16),
}, ({ organizer_key, rounds }) => {
  decodePrimeOrderPoint(organizer_key);
  const ascend = ascendStrictly(rounds, ([a], [b]) => compareBytes(a, b));
  must(ascend, 'the rounds of a campaign do not ascend');
  must(distinct(rounds.map(([, group]) => group)), 'a campaign asks one group twice');
});

export const Campaign = new RecordType('campaign', 4980, {
  terms: inner(CampaignTerms, 4880),
  signature: bin(64),
});

export const JointHeader = new RecordType('joint-letter', 80628, {
  campaigns: array(inner(Campaign, 4980), 0, 16),
  parts: array(row(bin(32), uint(0, 281_474_976_710_656)), 2, 16),
}, ({ campaigns, parts }) => {
  const raws = campaigns.map(({ bytes }) => bytes);
  must(ascendStrictly(raws, compareBytes), 'the campaigns do not ascend');
  must(ascendStrictly(parts, ([a], [b]) => compareBytes(a, b)), 'the rounds do not ascend');
});

const figure = uint(0, 4_000_000);

export const PublishedHeader = new RecordType('published-letter', 33227164, {
  round: inner(Round, 33227064),
  opening: row(figure, figure, figure, figure, figure),
});

export const TimeStamp = new RecordType('time-stamp', 65586, {
  answer: bin(1, 65536),
});

export const PublishedTrailer = new RecordType('published-trailer', 250, {
  count: figure,
  digest: bin(64),
  signature: bin(64),
});
