/**
 * The arithmetic of the reader's page against BigInt, another library and RFC 9380.
 *
 *     CURVE=MODULE node --test curve.test.mjs
 *
 * MODULE is what `node build.mjs curve MODULE` in web/ builds.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ed25519 } from '../interop/node_modules/@noble/curves/ed25519.js';

const curve = await import(pathToFileURL(process.env.CURVE));
const { field, PointTable } = curve;
const { P, LIMBS } = field;
const Point = ed25519.Point;
const ORDER = Point.Fn.ORDER;
const ORDER_EIGHT = Point.fromHex(
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
);
const SHIFTS = Array.from({ length: LIMBS + 1 }, (_, k) => Math.ceil(21.25 * k));

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const number = (bytes) => BigInt(`0x${hex(bytes)}`);
const random = () => number(crypto.getRandomValues(new Uint8Array(40)));
const mod = (value, modulus = P) => ((value % modulus) + modulus) % modulus;
const littleEndian = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();

/** The number that limbs stand for, whatever they are. */
const meaning = (limbs) =>
  mod(limbs.reduce((sum, limb, k) => sum + (BigInt(limb) << BigInt(SHIFTS[k])), 0n));

const limbsOf = (value) => {
  const limbs = new Float64Array(LIMBS);
  field.fromBigInt(limbs, 0, value);
  return limbs;
};

const EDGES = [0n, 1n, 2n, 19n, P - 1n, P - 2n, P - 19n, 2n ** 254n, (P - 1n) / 2n, (P + 1n) / 2n];

test('products, sums and forms are those of integers modulo p', () => {
  const values = [...EDGES, ...Array.from({ length: 300 }, () => mod(random()))];
  const out = new Float64Array(LIMBS);
  for (const x of values) {
    const a = limbsOf(x);
    assert.equal(field.toBigInt(a, 0), x);
    assert.equal(field.isOdd(a, 0), x % 2n === 1n);
    assert.equal(field.isZero(a, 0), x === 0n);
    field.sqr(out, 0, a, 0);
    assert.equal(meaning(out), mod(x * x));
    field.fromBytes(out, 0, littleEndian(x), 0);
    assert.equal(meaning(out), x);
    for (const y of [...EDGES, values.at(-1)]) {
      const b = limbsOf(y);
      field.mul(out, 0, a, 0, b, 0);
      assert.equal(meaning(out), mod(x * y));
      field.sub(out, 0, a, 0, b, 0);
      assert.equal(field.isOdd(out, 0), mod(x - y) % 2n === 1n);
      assert.equal(field.equals(a, 0, b, 0), x === y);
    }
  }
});

/** Limbs as large as sums of `terms` carried numbers can have, with signs from a random number. */
const extreme = (terms, signs) =>
  Float64Array.from({ length: LIMBS }, (_, k) => {
    const largest = k % 4 === 0 ? 2 ** 21 : Math.floor(1.04 * 2 ** 20);
    return terms * largest * ((signs >> BigInt(k)) & 1n ? 1 : -1);
  });

test('products are exact and carried for the largest limbs that points have', () => {
  const out = new Float64Array(LIMBS);
  const all = 2n ** BigInt(LIMBS) - 1n;
  const patterns = [0n, all, ...Array.from({ length: 2000 }, () => random() & all)];
  for (const [c, d] of [[1, 1], [2, 2], [3, 3], [3, 4], [4, 3], [2, 4], [2, 6]]) {
    for (const signs of patterns) {
      const a = extreme(c, signs);
      const b = extreme(d, random() & all);
      field.mul(out, 0, a, 0, b, 0);
      assert.equal(meaning(out), mod(meaning(a) * meaning(b)));
      out.forEach((limb, k) => {
        assert.ok(Math.abs(limb) <= (k % 4 === 0 ? 2 ** 21 : 1.04 * 2 ** 20), `limb ${k}`);
      });
      if (c <= 3) {
        field.sqr(out, 0, a, 0);
        assert.equal(meaning(out), mod(meaning(a) ** 2n));
      }
    }
  }
});

const decoded = (bytes) => {
  const point = new Float64Array(curve.POINT);
  return curve.decode(point, 0, bytes, 0) ? point : null;
};
const mine = (point) => decoded(point.toBytes());
const shown = (limbs) => hex(curve.encode(limbs, 0));
const multiple = (scalar) => (scalar === 0n ? Point.ZERO : Point.BASE.multiply(scalar));

test('points have one encoding', () => {
  for (let y = 0n; y < 200n; y++) {
    for (const value of [y, P - 1n - y, P + y, 2n ** 255n + y, 2n ** 255n + P - 1n - y]) {
      const bytes = littleEndian(mod(value, 2n ** 256n));
      let expected = null;
      try {
        expected = Point.fromBytes(bytes, false).toHex();
      } catch {
        // not the encoding of a point
      }
      const point = decoded(bytes);
      assert.equal(point && shown(point), expected, hex(bytes));
    }
  }
});

const points = Array.from({ length: 300 }, () => multiple(mod(random(), ORDER - 1n) + 1n));
const tableOf = (members) => {
  const table = new PointTable(members.length);
  members.forEach((point, i) => table.set(i, mine(point), 0));
  return table;
};

test('sums of multiples are those of another library', () => {
  for (const count of [1, 2, 40, 300]) {
    const scalars = points.slice(0, count).map((_, i) =>
      i < 3 ? [ORDER - 1n, 0n, 1n][i] : mod(random(), ORDER),
    );
    const products = scalars.map((scalar, i) => points[i].multiplyUnsafe(scalar));
    const expected = products.reduce((sum, product) => sum.add(product), Point.ZERO);
    const table = tableOf(points.slice(0, count));
    assert.equal(shown(curve.multiscalar([[table, scalars]])), expected.toHex());
  }
  const [x, y] = [mod(random(), ORDER), mod(random(), ORDER)];
  const expected = points[0].multiply(x).add(points[1].multiply(y));
  assert.equal(shown(curve.multiply([x, mine(points[0])], [y, mine(points[1])])), expected.toHex());
});

test('a part of small order is found, in one point and among many', () => {
  assert.ok(curve.allInPrimeOrderGroup(tableOf(points)));
  assert.ok(points.slice(0, 20).every((point) => curve.hasPrimeOrder(mine(point), 0)));
  for (const part of [1, 2, 4]) {
    const torsion = part === 1 ? ORDER_EIGHT : ORDER_EIGHT.multiplyUnsafe(BigInt(part));
    const crooked = points[7].add(torsion);
    assert.ok(!curve.hasPrimeOrder(mine(crooked), 0));
    assert.ok(!curve.hasPrimeOrder(mine(torsion), 0));
    assert.ok(!curve.allInPrimeOrderGroup(tableOf([...points.slice(1), crooked])));
    // Two parts that cancel out in a sum of all.
    const two = [points[0].add(torsion), points[1].subtract(torsion), ...points.slice(2)];
    assert.ok(!curve.allInPrimeOrderGroup(tableOf(two)));
  }
  assert.ok(!curve.hasPrimeOrder(mine(Point.ZERO), 0));
});

test('a scalar is below the order', () => {
  for (const value of [0n, 1n, ORDER - 1n]) assert.ok(curve.isScalar(littleEndian(value)));
  for (const value of [ORDER, ORDER + 1n, 2n ** 253n, 2n ** 256n - 1n]) {
    assert.ok(!curve.isScalar(littleEndian(value)));
  }
});

test('hash to curve is that of RFC 9380', () => {
  const name = 'rfc9380_edwards25519_XMD_SHA-512_ELL2_RO';
  const path = new URL(`../vectors/published/${name}.json`, import.meta.url);
  const { dst, vectors } = JSON.parse(readFileSync(path, 'utf8'));
  for (const { msg, P: point } of vectors) {
    const expected = Point.fromAffine({ x: BigInt(point.x), y: BigInt(point.y) });
    assert.equal(shown(curve.hashToCurve(dst, new TextEncoder().encode(msg))), expected.toHex());
  }
});
