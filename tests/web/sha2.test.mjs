/**
 * The hashes of the reader's page against those of OpenSSL, which Node has.
 *
 *     SHA2=MODULE node --test sha2.test.mjs
 *
 * MODULE is what `node build.mjs hashes MODULE` in web/ builds.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { sha256, sha384, sha512, sha512Stream } = await import(pathToFileURL(process.env.SHA2));

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const expected = (name, bytes) => createHash(name).update(bytes).digest('hex');

/** Bytes that are the same in each run: 0, 1, 4, 9, … modulo 251. */
const sample = (size) => Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);

test('all lengths around the ends of blocks, and in the midst of memory', () => {
  const memory = sample(700);
  for (let size = 0; size <= 600; size++) {
    const bytes = memory.subarray(size % 7, (size % 7) + size);
    for (const [name, hash] of Object.entries({ sha256, sha384, sha512 })) {
      assert.equal(hex(hash(bytes)), expected(name, bytes), `${name} of ${size} bytes`);
    }
  }
});

test('every bit of a block counts', () => {
  const one = new Uint8Array(128);
  for (let bit = 0; bit < 1024; bit++) {
    one.fill(0);
    one[bit >>> 3] = 1 << (bit & 7);
    for (const [name, hash] of Object.entries({ sha256, sha384, sha512 })) {
      assert.equal(hex(hash(one)), expected(name, one));
    }
    one.forEach((byte, i) => (one[i] = ~byte)); // sums of many ones carry
    assert.equal(hex(sha512(one)), expected('sha512', one));
    assert.equal(hex(sha256(one)), expected('sha256', one));
  }
});

test('a stream in pieces is the string that they make', () => {
  const bytes = sample(1100);
  const wanted = expected('sha512', bytes);
  for (let first = 0; first <= 260; first++) {
    for (const second of [0, 1, 127, 128, 129, 400]) {
      const stream = sha512Stream().update(bytes.subarray(0, first));
      stream.update(bytes.subarray(first, first + second));
      assert.equal(hex(stream.update(bytes.subarray(first + second)).digest()), wanted);
    }
  }
});
