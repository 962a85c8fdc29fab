/**
 * The modules of the verifier against tests/vectors; run with `node --test`.
 *
 * Whole files are in test_interop.py; here the parts are held against vectors of the project and of
 * the documents that it builds on.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesToHex, bytesToNumberBE, concatBytes, hexToBytes } from '@noble/curves/utils.js';
import { unarmor } from './verifier/armor.mjs';
import { utf8 } from './verifier/bytes.mjs';
import { H, fingerprint, readFingerprint } from './verifier/hashing.mjs';
import { checkXWingKey, mustBeSignedByRsa } from './verifier/keys.mjs';
import { mustBePossessed } from './verifier/member_key.mjs';
import { NotValid } from './verifier/not_valid.mjs';
import { mustBeWanted } from './verifier/open_name.mjs';
import { decodePrimeOrderPoint, hashToGroup, mustBeEd25519 } from './verifier/points.mjs';
import * as records from './verifier/records.mjs';
import { G, GPrime, K, RingBatch, U, tagBase } from './verifier/ring.mjs';
import { prove } from './crooked_prover.mjs';

const load = (name) =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
const accepted = load('accepted');
const named = (start) => accepted.filter(({ name }) => name.startsWith(start));

test('H frames its label and its parts', () => {
  for (const { derived } of named('H of')) {
    assert.equal(bytesToHex(H('cosign/v1/group-id', ...derived.parts.map(hexToBytes))), derived.H);
  }
});

test('a fingerprint has sixty digits and is read with dashes, too', () => {
  for (const { hex, derived } of named('fingerprint')) {
    assert.equal(fingerprint(hexToBytes(hex)), derived.text);
    for (const between of ['', '-', '\u00a0', '\u202f', '\u2009', '\u2013', '\u2212', '\u200b\n']) {
      const typed = `\ufeff\u201e${derived.text.replaceAll(' ', between)}\u201c `;
      assert.equal(readFingerprint(typed), derived.text);
    }
    assert.equal(readFingerprint(`group ${derived.text}`), null);
  }
});

test('the digits of a comparison are a hash of four words and an identifier', () => {
  const words = new Set(load('comparison_words'));
  assert.equal(words.size, 1024);
  for (const { hex, derived } of named('comparison')) {
    assert.ok(derived.words.every((word) => words.has(word)));
    const hash = H('cosign/v1/comparison', ...derived.words.map(utf8), hexToBytes(hex));
    const digits = (bytesToNumberBE(hash) % 10n ** 10n).toString().padStart(10, '0');
    assert.equal(`${digits.slice(0, 5)} ${digits.slice(5)}`, derived.digits);
  }
});

test('the code of a voucher has a tag of its group and registrar', () => {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  for (const { hex, derived } of named('voucher')) {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(derived.registrar));
    const parts = [hexToBytes(derived.group_id), number, hexToBytes(hex)];
    const tag = H('cosign/v1/voucher-tag', ...parts).subarray(0, 2);
    const digits = [...derived.text.replaceAll('-', '')].map((c) => BigInt(alphabet.indexOf(c)));
    const bits = digits.slice(0, 29).reduce((sum, digit) => (sum << 5n) | digit, 0n) >> 1n;
    assert.equal(bits.toString(16).padStart(36, '0'), hex + bytesToHex(tag));
  }
});

test('armor holds the bytes', () => {
  for (const { hex, derived } of named('armor')) {
    assert.equal(bytesToHex(unarmor(utf8(derived.text))), hex);
  }
});

test('a record of a published file is well-formed as it stands in the vectors', () => {
  for (const [name, type] of Object.entries(records)) {
    for (const vector of accepted.filter((one) => one.name === name)) {
      const record = type.read(hexToBytes(vector.hex));
      assert.deepEqual(Object.keys(record).slice(1), Object.keys(vector.fields));
    }
  }
});

test('an open name is what the owner of its key wanted', () => {
  const [{ hex, derived }] = named('OpenCosignature of a roster');
  const record = records.OpenCosignature.read(hexToBytes(hex));
  const about = [derived.tag, derived.round_id].map(hexToBytes);
  mustBeWanted(record, ...about);
  for (const field of ['statement', 'name', 'role']) {
    const another = { ...record, [field]: 'another' };
    assert.throws(() => mustBeWanted(another, ...about), NotValid);
  }
});

test('a malformed record is refused when it is read', () => {
  // A Round may be well-formed around a bad letter; test_interop.py has those, in whole files.
  const types = new Set(Object.keys(records).filter((name) => name !== 'Round'));
  const errors = new Set(['MalformedError', 'VersionError']);
  const refused = load('refused').filter((one) => types.has(one.mutates) && errors.has(one.error));
  assert.notEqual(refused.length, 0);
  for (const { name, mutates, edit } of refused) {
    const whole = hexToBytes(accepted.find((one) => one.name === mutates).hex);
    const after = whole.subarray(edit.at + edit.remove);
    const bytes = concatBytes(whole.subarray(0, edit.at), hexToBytes(edit.insert), after);
    assert.throws(() => records[mutates].read(bytes), NotValid, name);
  }
});

test('Ed25519 is that of RFC 8032', () => {
  for (const vector of load('published/rfc8032_ed25519').vectors) {
    const [key, message, signature] =
      [vector.public_key, vector.message, vector.signature].map(hexToBytes);
    mustBeEd25519(key, signature, message);
    const longer = concatBytes(message, Uint8Array.of(0));
    assert.throws(() => mustBeEd25519(key, signature, longer), NotValid);
  }
});

test('hash to curve is that of RFC 9380', () => {
  const { dst, vectors } = load('published/rfc9380_edwards25519_XMD_SHA-512_ELL2_RO');
  for (const { msg, P } of vectors) {
    const { x, y } = hashToGroup(dst, utf8(msg)).toAffine();
    assert.deepEqual([x, y], [BigInt(P.x), BigInt(P.y)]);
  }
});

test('blind RSA is that of RFC 9474 with a salt of 48 bytes', async () => {
  const head = hexToBytes('30820222300d06092a864886f70d01010105000382020f003082020a0282020100');
  for (const vector of load('published/rfc9474').vectors) {
    const der = concatBytes(head, hexToBytes(vector.n), hexToBytes('0203010001'));
    const check = mustBeSignedByRsa(der, hexToBytes(vector.sig), hexToBytes(vector.input_msg));
    if (Number.parseInt(vector.sLen, 16) === 48) await check;
    else await assert.rejects(check, NotValid);
  }
});

test('an X-Wing key of the draft is a key', () => {
  checkXWingKey(hexToBytes(load('published/xwing').pk));
});

const ring = load('ring');

test('the generators are those of the vectors', () => {
  const { U: u, K: k, G_0: g, H_0: h } = ring.generators;
  assert.deepEqual([U(), K(), G(0), GPrime(0)].map((point) => point.toHex()), [u, k, g, h]);
});

for (const vector of ring.vectors) {
  const keys = vector.keys.map(hexToBytes);
  const [rosterId, roundId] = [vector.roster_id, vector.round_id].map(hexToBytes);
  const { action, statement } = vector;

  test(`ring proof: ${vector.comment} is ${vector.valid ? 'valid' : 'not valid'}`, () => {
    const verify = () => {
      const batch = new RingBatch(keys.map(decodePrimeOrderPoint), rosterId, roundId);
      batch.add({ action, statement, proof: hexToBytes(vector.proof) });
      batch.mustVerify();
    };
    if (vector.valid) verify();
    else assert.throws(verify, NotValid);
  });

  if (vector.valid) {
    test(`ring proof: the steps of "proving" give the proof of ${vector.comment}`, () => {
      const { x, r, salt, fresh } = vector;
      const drawn = Object.entries({ x, r, salt, fresh: fresh.join('') })
        .map(([name, hex]) => [name, hexToBytes(hex)]);
      const about = { keys, rosterId, roundId, action, statement };
      const proof = prove({ ...about, ...Object.fromEntries(drawn) });
      assert.equal(bytesToHex(proof), vector.proof);
      assert.equal(bytesToHex(tagBase(roundId).toBytes()), vector.tag_base);
    });
  }
}

for (const { comment, valid, key, proof } of ring.member_keys) {
  test(`member key: ${comment} is ${valid ? 'valid' : 'not valid'}`, () => {
    const verify = () => mustBePossessed(hexToBytes(key), hexToBytes(proof));
    if (valid) verify();
    else assert.throws(verify, NotValid);
  });
}
