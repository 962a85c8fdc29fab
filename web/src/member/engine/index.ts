/**
 * The engine of the member's page: everything that a member does, without a document.
 *
 * It runs in browsers and in Node, uses no network, reads no clock and keeps nothing.
 */

import { Engine } from './engine.js';
import type { MemberEngine } from './interface.js';
import { PLAIN } from './plain.js';
import { loadSodium } from './sodium.js';

export { MemberError } from './errors.js';
export type * from './interface.js';

/** Return an engine; its `abilities` tell what does not work in this browser. */
export async function loadEngine(): Promise<MemberEngine> {
  return new Engine((await loadSodium()) ?? PLAIN);
}
