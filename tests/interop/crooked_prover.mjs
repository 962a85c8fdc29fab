/**
 * A prover of ring proofs and of consent to names, for tests; a verifier does not need it.
 *
 *     node crooked_prover.mjs < REQUESTS
 *
 * A request is a JSON object on a line, the answer a string of hex on a line.
 *
 * docs/spec.md, "Ring proof: proving", step by step and without protection of the secret: nothing
 * here runs in constant time. `torsion` makes crooked proofs: it adds so many times a point of
 * order eight to the points with these names, before the challenge is computed. What has a `name`
 * asks for consent to it ("Open names"); `key` and `label` make it crooked.
 */

import { createInterface } from 'node:readline';
import {
  bytesToHex, bytesToNumberLE, concatBytes, equalBytes, hexToBytes, numberToBytesLE,
} from '@noble/curves/utils.js';
import { u64, utf8 } from './verifier/bytes.mjs';
import { H } from './verifier/hashing.mjs';
import { B, decodePoint, modOrder } from './verifier/points.mjs';
import {
  G, GPrime, K, U, challenge, power, radicesFor, statementOf, tagBase,
} from './verifier/ring.mjs';

const ORDER_EIGHT = decodePoint(
  hexToBytes('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
);

export function prove(asked) {
  const { keys, rosterId, roundId, action, statement, torsion = {} } = asked;
  const [x, r] = [asked.x, asked.r].map(bytesToNumberLE);
  const about = statementOf({ size: keys.length, rosterId, roundId, action, statement });
  const Q = tagBase(roundId);
  const radices = radicesFor(keys.length);
  const m = radices.length;

  // 1. Nonces.
  const nonce = noncesOf('cosign/v1/ring-proof', asked, Object.values(about));
  const drawn = radices.map((radix) => Array.from({ length: radix - 1 }, nonce));
  const [rA, rB] = [nonce(), nonce()];
  const [rho, tau] = [radices.map(nonce), radices.map(nonce)];

  // 2. The digits of the index, as zeros and ones.
  const a = drawn.map((ones) => [modOrder(-ones.reduce((p, q) => p + q)), ...ones]);
  const index = keys.findIndex((key) => equalBytes(key, times(B, x).add(times(U(), r)).toBytes()));
  const sigma = digits(index, radices).map((digit, t) =>
    Array.from({ length: radices[t] }, (_, i) => BigInt(i === digit)));

  // 3. Commitments.
  const [flatA, flatSigma] = [a.flat(), sigma.flat()];
  const A = commit(flatA, flatA.map((one) => -one * one), rA);
  const BPrime = commit(flatSigma, flatA.map((one, p) => one * (1n - 2n * flatSigma[p])), rB);

  // 4. The coefficients of Πₜ (σ ξ + a), index by index.
  const X = rho.map((one, j) => times(B, one).add(times(U(), tau[j])));
  const Y = rho.map((one) => times(Q, one));
  const indices = radices.reduce((p, q) => p * q);
  for (let i = 0; i < indices; i += 1) {
    const key = decodePoint(keys[Math.min(i, keys.length - 1)]);
    const coefficients = digits(i, radices).reduce(
      (polynomial, digit, t) => timesLinear(polynomial, sigma[t][digit], a[t][digit]), [1n],
    );
    for (let j = 0; j < m; j += 1) X[j] = X[j].add(times(key, coefficients[j]));
  }

  // 5. The challenge.
  const crooked = (name, point) => point.add(times(ORDER_EIGHT, BigInt(torsion[name] ?? 0)));
  const encode = (name, points) =>
    concatBytes(...points.map((point, j) => crooked(`${name}${j}`, point).toBytes()));
  const encoded = {
    T: crooked('T', times(Q, x)).toBytes(),
    A: crooked('A', A).toBytes(),
    B: crooked('B', BPrime).toBytes(),
    X: encode('X', X),
    Y: encode('Y', Y),
  };
  const xi = challenge({ ...about, ...encoded });

  // 6. Responses.
  const f = a.flatMap((ones, t) => ones.map((one, i) => sigma[t][i] * xi + one).slice(1));
  const zA = rA + xi * rB;
  const blinded = (secret, blinds) =>
    secret * power(xi, m) - blinds.reduce((total, one, j) => total + one * power(xi, j), 0n);
  const scalars = [...f, zA, blinded(x, rho), blinded(r, tau)].map((scalar) => numberToBytesLE(modOrder(scalar), 32));
  return concatBytes(...Object.values(encoded), ...scalars);
}

/** c ‖ z ‖ z_r: the maker of the tag xQ with the key xB + rU wants the name. */
export function consent(asked) {
  const { roundId, statement, name, role, label = 'cosign/v1/open-proof' } = asked;
  const [x, r] = [asked.x, asked.r].map(bytesToNumberLE);
  const Q = tagBase(roundId);
  const C = asked.key ?? times(B, x).add(times(U(), r)).toBytes();
  const words = [statement, name, role].map(utf8);
  const nonce = noncesOf(label, asked, [Q.toBytes(), C, roundId, ...words]);
  const [k, kR] = [nonce(), nonce()];
  const c = challenge({
    suite: utf8('edwards25519_XMD:SHA-512_ELL2_RO_'),
    round: roundId,
    Q: Q.toBytes(),
    T: times(Q, x).toBytes(),
    C,
    statement: words[0],
    name: words[1],
    role: words[2],
    R: times(Q, k).toBytes(),
    S: times(B, k).add(times(U(), kR)).toBytes(),
  }, label);
  const scalars = [c, k + c * x, kR + c * r];
  return concatBytes(...scalars.map((scalar) => numberToBytesLE(modOrder(scalar), 32)));
}

/** The nonces of "Nonces", one after another. */
function noncesOf(label, { salt, x, r, fresh }, values) {
  const seed = H('cosign/v1/proof-seed', utf8(label), salt, concatBytes(x, r), ...values);
  let number = 0;
  return () => {
    const index = u64(number).subarray(4);
    const drawn = fresh.subarray(64 * number, 64 * (number + 1));
    number += 1;
    const hedged = bytesToNumberLE(H('cosign/v1/proof-nonce', seed, index));
    return modOrder(hedged + bytesToNumberLE(drawn));
  };
}

const times = (point, scalar) => point.multiplyUnsafe(modOrder(scalar));

/** Com(u, v; r) = Σ u G + Σ v G′ + r K */
function commit(u, v, r) {
  return u.reduce(
    (total, one, p) => total.add(times(G(p), one)).add(times(GPrime(p), v[p])), times(K(), r),
  );
}

/** The digits of an index, the lowest first. */
function digits(index, radices) {
  let rest = index;
  return radices.map((radix) => {
    const digit = rest % radix;
    rest = (rest - digit) / radix;
    return digit;
  });
}

/** (σ ξ + a) times a polynomial in ξ, whose coefficients stand from the lowest to the highest. */
function timesLinear(polynomial, sigma, a) {
  const higher = [0n, ...polynomial].map((one) => one * sigma);
  return higher.map((one, j) => modOrder(one + a * (polynomial[j] ?? 0n)));
}

if (import.meta.filename === process.argv[1]) {
  for await (const request of createInterface({ input: process.stdin })) {
    const { action, statement, torsion, name, role, label, keys, ...inHex } = JSON.parse(request);
    const bytes = Object.entries(inHex).map(([field, hex]) => [field, hexToBytes(hex)]);
    const asked = {
      action, statement, torsion, name, role, label, keys: keys.map(hexToBytes),
      ...Object.fromEntries(bytes),
    };
    console.log(JSON.stringify(bytesToHex(name === undefined ? prove(asked) : consent(asked))));
  }
}
