/** What the page and its worker send each other. */

import type { MemberEngine, Problem } from '../engine/interface.js';

type Methods = Omit<MemberEngine, 'abilities' | 'onProgress' | 'stamp'> & { stamp(): unknown };

/** The engine as the page sees it: everything takes a while. */
export type Remote = {
  readonly [Name in keyof Methods]: (
    ...given: Parameters<MemberEngine[Name]>
  ) => Promise<Awaited<ReturnType<MemberEngine[Name]>>>;
};

export interface Call {
  readonly call: number;
  readonly name: keyof Remote;
  readonly given: readonly unknown[];
}

/** The page's messages: a call with its number, or the end of the search for a stamp. */
export type Request = Call | { readonly stop: true };

/** The worker's messages; the one without a number comes first. */
export type Answer =
  | { readonly limits: readonly string[] }
  | { readonly progress: readonly [done: number, of: number] }
  | { readonly call: number; readonly made: unknown }
  | { readonly call: number; readonly problem: Problem };
