/** The arithmetic of the engine, for tests/web/curve.test.mjs. */

export * as field from '../verifier/curve/field.js';
export { PointTable, multiscalar } from '../verifier/curve/multiscalar.js';
export { multiply } from '../verifier/curve/multiply.js';
export { allInPrimeOrderGroup, hasPrimeOrder } from '../verifier/curve/orders.js';
export { POINT, decode, encode } from '../verifier/curve/points.js';
export { isScalar } from '../verifier/curve/scalars.js';
export { hashToCurve } from '../verifier/hash_to_curve.js';
