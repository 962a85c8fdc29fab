/** What the page knows as long as it is open. The secrets are in the worker. */

import type { GroupView, KeysView, RoundView } from '../engine/interface.js';
import type { Engine } from '../worker/client.js';
import type { Drop } from './drop.js';
import type { Link } from './link.js';

/** Kinds of files that can be chosen before they are asked for. */
export type Carried = 'keys' | 'mailbox' | 'answer';

export interface Session {
  readonly engine: Engine;
  /** With which the page was opened last. */
  link: Link;
  /** The relay of the link, or the one that was typed last. */
  drop: Drop | undefined;
  /** The group and the round that were opened last. */
  group: GroupView | undefined;
  round: RoundView | undefined;
  /** Files that were chosen together with another one, and wait for the step that needs them. */
  readonly waiting: Set<Carried>;
  /** What the key file that is open holds. */
  keys: KeysView | undefined;
  /** Called when keys were opened, changed or closed. */
  onKeys: () => void;
  /** Called when a step waits for its key file to be loaded back, and when it waits no longer. */
  onWait: (waits: boolean) => void;
}

/** Return the current minute, since 1970. */
export function now(): number {
  return Math.floor(Date.now() / 60_000);
}
