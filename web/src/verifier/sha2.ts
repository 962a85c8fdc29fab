/**
 * SHA-256, SHA-384 and SHA-512 (FIPS 180-4), also of streams, which browsers do not hash.
 *
 * A word of SHA-512 is two halves of 32 bits: BigInt would be slower by far. The lower halves are
 * added as doubles, which hold their sums exactly; what is above 2^32 is the carry.
 */

import type { Bytes } from './bytes.js';

/** Words of 64 bits: of each its higher half, then its lower one. */
type Words = Int32Array;

/** Return the first 64 bits behind the point of the k-th roots of the first primes. */
function fractionsOfRoots(k: bigint, count: number): Words {
  const found = new Int32Array(2 * count);
  for (let prime = 2, at = 0; at < found.length; prime++) {
    if (!isPrime(prime)) continue;
    const power = BigInt(prime) << (64n * k);
    let root = BigInt(prime) << 64n;
    for (;;) {
      const next = ((k - 1n) * root + power / root ** (k - 1n)) / k; // Newton's, from above
      if (next >= root) break;
      root = next;
    }
    found[at++] = Number(BigInt.asIntN(32, root >> 32n));
    found[at++] = Number(BigInt.asIntN(32, root));
  }
  return found;
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
}

/** The constants of rounds; the higher halves are SHA-256's. */
const K = fractionsOfRoots(3n, 80);
/** The initial values of SHA-512, whose higher halves are SHA-256's, and those of SHA-384. */
const INITIAL = fractionsOfRoots(2n, 16);

/** The message schedule. */
const W = new Int32Array(2 * 80);
/** The values that a and e take one after another: b is what a was before, f what e was. */
const A = new Int32Array(2 * 84);
const E = new Int32Array(2 * 84);

/** Adds the block at a place of a view to a state. */
type Compress = (state: Words, block: DataView, at: number) => void;

function compress512(state: Words, block: DataView, at: number): void {
  for (let i = 0; i < 32; i++) W[i] = block.getInt32(at + 4 * i);
  for (let i = 32; i < 160; i += 2) {
    const xh = W[i - 30]!;
    const xl = W[i - 29]!;
    const yh = W[i - 4]!;
    const yl = W[i - 3]!;
    const low =
      (W[i - 31]! >>> 0) +
      (((xl >>> 1 | xh << 31) ^ (xl >>> 8 | xh << 24) ^ (xl >>> 7 | xh << 25)) >>> 0) +
      (W[i - 13]! >>> 0) +
      (((yl >>> 19 | yh << 13) ^ (yh >>> 29 | yl << 3) ^ (yl >>> 6 | yh << 26)) >>> 0);
    W[i + 1] = low;
    W[i] =
      W[i - 32]! +
      ((xh >>> 1 | xl << 31) ^ (xh >>> 8 | xl << 24) ^ (xh >>> 7)) +
      W[i - 14]! +
      ((yh >>> 19 | yl << 13) ^ (yl >>> 29 | yh << 3) ^ (yh >>> 6)) +
      carry(low);
  }
  load(state);
  for (let i = 0; i < 160; i += 2) {
    const ah = A[i + 6]!;
    const al = A[i + 7]!;
    const bh = A[i + 4]!;
    const bl = A[i + 5]!;
    const ch = A[i + 2]!;
    const cl = A[i + 3]!;
    const eh = E[i + 6]!;
    const el = E[i + 7]!;
    const gh = E[i + 2]!;
    const gl = E[i + 3]!;
    const low1 =
      (E[i + 1]! >>> 0) +
      (((el >>> 14 | eh << 18) ^ (el >>> 18 | eh << 14) ^ (eh >>> 9 | el << 23)) >>> 0) +
      ((gl ^ (el & (E[i + 5]! ^ gl))) >>> 0) +
      (K[i + 1]! >>> 0) +
      (W[i + 1]! >>> 0);
    const high1 =
      E[i]! +
      ((eh >>> 14 | el << 18) ^ (eh >>> 18 | el << 14) ^ (el >>> 9 | eh << 23)) +
      (gh ^ (eh & (E[i + 4]! ^ gh))) +
      K[i]! +
      W[i]! +
      carry(low1);
    const low2 =
      (low1 >>> 0) +
      (((al >>> 28 | ah << 4) ^ (ah >>> 2 | al << 30) ^ (ah >>> 7 | al << 25)) >>> 0) +
      (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
    A[i + 9] = low2;
    A[i + 8] =
      high1 +
      ((ah >>> 28 | al << 4) ^ (al >>> 2 | ah << 30) ^ (al >>> 7 | ah << 25)) +
      ((ah & bh) ^ (ah & ch) ^ (bh & ch)) +
      carry(low2);
    const low3 = (A[i + 1]! >>> 0) + (low1 >>> 0);
    E[i + 9] = low3;
    E[i + 8] = A[i]! + high1 + carry(low3);
  }
  for (let i = 0; i < 8; i += 2) {
    addTo(state, i, A, 166 - i);
    addTo(state, 8 + i, E, 166 - i);
  }
}

function carry(sum: number): number {
  return (sum / 2 ** 32) | 0;
}

function addTo(state: Words, at: number, words: Words, place: number): void {
  const low = (state[at + 1]! >>> 0) + (words[place + 1]! >>> 0);
  state[at + 1] = low;
  state[at]! += words[place]! + carry(low);
}

/** SHA-256 has words of 32 bits, which stand where the higher halves are. */
function compress256(state: Words, block: DataView, at: number): void {
  for (let i = 0; i < 32; i += 2) W[i] = block.getInt32(at + 2 * i);
  for (let i = 32; i < 128; i += 2) {
    const x = W[i - 30]!;
    const y = W[i - 4]!;
    W[i] =
      W[i - 32]! +
      ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
      W[i - 14]! +
      ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10));
  }
  load(state);
  for (let i = 0; i < 128; i += 2) {
    const a = A[i + 6]!;
    const b = A[i + 4]!;
    const c = A[i + 2]!;
    const e = E[i + 6]!;
    const g = E[i + 2]!;
    const first =
      E[i]! +
      ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
      (g ^ (e & (E[i + 4]! ^ g))) +
      K[i]! +
      W[i]!;
    A[i + 8] =
      first +
      ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
      ((a & b) ^ (a & c) ^ (b & c));
    E[i + 8] = A[i]! + first;
  }
  for (let i = 0; i < 8; i += 2) {
    state[i]! += A[134 - i]!;
    state[8 + i]! += E[134 - i]!;
  }
}

/** Begin A with d, c, b, a, and E with h, g, f, e. */
function load(state: Words): void {
  for (let i = 0; i < 8; i++) {
    A[i] = state[6 - i + 2 * (i % 2)]!;
    E[i] = state[14 - i + 2 * (i % 2)]!;
  }
}

/** A hash of a stream. */
export class Hash {
  readonly #compress: Compress;
  readonly #state: Words;
  readonly #block: Uint8Array;
  readonly #view: DataView;
  #length = 0;

  /** @param first which of the initial values is its first. */
  constructor(compress: Compress, blockBytes: number, first = 0) {
    this.#compress = compress;
    this.#state = INITIAL.slice(2 * first, 2 * first + 16);
    this.#block = new Uint8Array(blockBytes);
    this.#view = new DataView(this.#block.buffer);
  }

  update(bytes: Uint8Array): this {
    const block = this.#block;
    const size = block.length;
    const filled = this.#length % size;
    this.#length += bytes.length;
    if (filled + bytes.length < size) {
      block.set(bytes, filled);
      return this;
    }
    let at = (size - filled) % size;
    if (at > 0) {
      block.set(bytes.subarray(0, at), filled);
      this.#compress(this.#state, this.#view, 0);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (; at + size <= bytes.length; at += size) this.#compress(this.#state, view, at);
    block.set(bytes.subarray(at));
    return this;
  }

  /** Return the digest, of 32 or 64 bytes; nothing can be added afterwards. */
  digest(): Bytes {
    const size = this.#block.length;
    const bits = 8 * this.#length;
    const lengthBytes = size / 8;
    const zeros = (2 * size - 1 - lengthBytes - (this.#length % size)) % size;
    const padding = new DataView(new ArrayBuffer(1 + zeros + lengthBytes));
    padding.setUint8(0, 0x80);
    padding.setUint32(padding.byteLength - 8, bits / 2 ** 32);
    padding.setUint32(padding.byteLength - 4, bits);
    this.update(new Uint8Array(padding.buffer));
    const wordBytes = size / 16;
    const digest = new DataView(new ArrayBuffer(8 * wordBytes));
    for (let i = 0; i < 8; i++) {
      digest.setInt32(i * wordBytes, this.#state[2 * i]!);
      if (wordBytes === 8) digest.setInt32(i * wordBytes + 4, this.#state[2 * i + 1]!);
    }
    return new Uint8Array(digest.buffer);
  }
}

export const sha512Stream = () => new Hash(compress512, 128);
export const sha512 = (bytes: Uint8Array) => sha512Stream().update(bytes).digest();
export const sha384 = (bytes: Uint8Array) =>
  new Hash(compress512, 128, 8).update(bytes).digest().subarray(0, 48);
export const sha256 = (bytes: Uint8Array) => new Hash(compress256, 64).update(bytes).digest();
