/**
 * The engine of the member's page, a call a line: for tests/support/member_page.py.
 *
 *     node member_driver.mjs MODULE
 *
 * MODULE is what `node build.mjs member MODULE` in web/ builds. A line of input is a JSON array: the
 * name of a method of the engine or of a step below, then its arguments. In arguments {"file": HEX}
 * is a file and {"hex": HEX} are bytes; in answers bytes are {"hex": HEX}. An answer is
 * {"result": VALUE} or {"problem": {kind, message, hint}}.
 */

import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const module = await import(pathToFileURL(process.argv[2]));
const primitives = (await module.loadSodium()) ?? module.PLAIN;
/** Key files that cost little; `loadEngine` alone makes those that people get. */
const CHEAP = { passes: 1, memory: 8192 };
const engine = new module.Engine(primitives, CHEAP);

/** A source of randomness that gives what was recorded, in order. */
const recorded = (bytes) => {
  let at = 0;
  return (size) => bytes.slice(at, (at += size));
};

const curve = { scalars: primitives.scalars, points: primitives.points };
const quiet = () => {};

/** Steps with their randomness as the last argument, and records as bytes. */
const STEPS = {
  blind: (der, prepared, random) => module.blind(der, prepared, recorded(random)),
  finalize: module.finalize,
  memberKeyOf(random) {
    const source = recorded(random);
    const secret = module.drawSecret(curve.scalars, source);
    const { raw } = module.makeMemberKey(curve, secret, source);
    return { secret: module.secretBytes(secret), raw };
  },
  prove(keys, rosterId, roundId, x, r, index, binding, random) {
    const prover = ringProver(keys, rosterId, roundId, x, r, index, random);
    return prover.prove(binding, quiet);
  },
  claimRing(keys, rosterId, roundId, x, r, index, challenge, reveal, random) {
    return ringProver(keys, rosterId, roundId, x, r, index, random).claim(challenge, reveal);
  },
  consentRing(keys, rosterId, roundId, x, r, index, statement, called, random) {
    return ringProver(keys, rosterId, roundId, x, r, index, random).consent(statement, called);
  },
  mergeFiles: (own, other) => {
    const [one, two] = [own, other].map((raw) => module.toKeys(module.KeyFile.read(raw)));
    return module.toRecord(module.mergeKeys(one, two)).raw;
  },
  async keyFileForPeople(passphrase) {
    const own = await module.loadEngine();
    own.create(passphrase);
    return own.makeMemberKey();
  },
  stampFor: (address, id, difficulty) => module.makeStamp(address, id, difficulty, quiet),
};

function ringProver(keys, rosterId, roundId, x, r, index, random) {
  const ids = { rosterId, roundId };
  const secret = { x, r, kind: 'fresh' };
  return new module.RingProver(curve, keys, ids, secret, index, recorded(random));
}

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

function read(value) {
  if (value?.file !== undefined) return new Blob([bytes(value.file)]);
  return value?.hex !== undefined ? bytes(value.hex) : value;
}

const write = (_, value) =>
  value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value;

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  const args = given.map(read);
  let answer;
  try {
    const result = name in STEPS ? STEPS[name](...args) : engine[name](...args);
    answer = { result: (await result) ?? null };
  } catch (error) {
    if (!(error instanceof module.MemberError)) throw error;
    answer = { problem: error.toJSON() };
  }
  process.stdout.write(`${JSON.stringify(answer, write)}\n`);
}
