/** The engine of the member's page and its steps, for tests/web/member.mjs. */

export { loadEngine } from '../member/engine/index.js';
export { blind, finalize } from '../member/engine/blind.js';
export { seal } from '../member/engine/hpke.js';
export { drawSecret, makeMemberKey, publicKeyOf, secretBytes } from '../member/engine/member_secret.js';
export { mergeKeys } from '../member/engine/merging.js';
export { openKeys, sealKeys } from '../member/engine/key_file.js';
export { PLAIN } from '../member/engine/plain.js';
export { RingProver } from '../member/engine/prove_ring.js';
export { KeyFile, VaultFile } from '../member/engine/records/secrets.js';
export { loadSodium } from '../member/engine/sodium.js';
export { makeStamp } from '../member/engine/stamping.js';
