/** The engine of the member's page and its steps, for tests/web/member_driver.mjs. */

export { Engine } from '../member/engine/engine.js';
export { MemberError, loadEngine } from '../member/engine/index.js';
export { blind, finalize } from '../member/engine/blind.js';
export { toKeys, toRecord } from '../member/engine/key_file.js';
export { drawSecret, makeMemberKey, secretBytes } from '../member/engine/member_secret.js';
export { mergeKeys } from '../member/engine/merging.js';
export { PLAIN } from '../member/engine/plain.js';
export { RingProver } from '../member/engine/prove_ring.js';
export { KeyFile } from '../member/engine/records/secrets.js';
export { loadSodium } from '../member/engine/sodium.js';
export { makeStamp } from '../member/engine/stamping.js';
