/**
 * The keys of a member while they are unlocked, and the step that waits for its key file.
 *
 * A step takes the keys as they are and returns the new ones together with what it made. Both wait
 * here until the person has loaded the new key file back.
 */

import { type Bytes, equal } from '../../verifier/bytes.js';
import { randomBytes } from '../../verifier/curve/random.js';
import { Source, chunksOf } from '../../verifier/source.js';
import { MemberError, asMember } from './errors.js';
import type { Prepared, Progress, Released } from './interface.js';
import { type Keys, openKeys, sealKeys } from './key_file.js';
import type { Cost, Primitives } from './primitives.js';
import { VaultFile } from './records/secrets.js';
import type { Outgoing } from './stamping.js';
import { preparePassphrase } from './typed_text.js';

/** What a step made. */
export interface Step {
  readonly keys: Keys;
  readonly released: Released;
  readonly outgoing?: Outgoing;
  readonly notes?: readonly string[];
}

interface Waiting extends Step {
  readonly keyFile: Bytes;
}

export class Session {
  readonly #primitives: Primitives;
  readonly #cost: Cost;
  readonly #passphrase: string;
  #keys: Keys;
  #waiting: Waiting | null = null;

  /** @param cost of the key files that are written. */
  constructor(primitives: Primitives, cost: Cost, passphrase: string, keys: Keys) {
    preparePassphrase(passphrase); // or it is refused now
    this.#primitives = primitives;
    this.#cost = cost;
    this.#passphrase = passphrase;
    this.#keys = keys;
  }

  static async open(
    primitives: Primitives,
    cost: Cost,
    file: VaultFile,
    passphrase: string,
    onProgress: Progress,
  ): Promise<Session> {
    const keys = await openKeys(primitives, file, passphrase, onProgress);
    return new Session(primitives, cost, passphrase, keys);
  }

  /** The keys as the last key file that was loaded back has them. */
  get keys(): Keys {
    return this.#keys;
  }

  /** Refuse a step while another one waits. */
  checkFree(): void {
    if (this.#waiting === null) return;
    throw new MemberError(
      'RefusedError',
      'the key file that was made last has not been loaded back',
      'save it and choose it here, or give the step up',
    );
  }

  /** Write the keys of a step into a key file. */
  async prepare(step: Step, onProgress: Progress): Promise<Prepared> {
    this.checkFree();
    const keyFile = await sealKeys(
      this.#primitives,
      step.keys,
      this.#passphrase,
      this.#cost,
      randomBytes,
      onProgress,
    );
    this.#waiting = { ...step, keyFile };
    return { keyFile: keyFile.slice(), notes: step.notes ?? [] };
  }

  /** Take the new keys, if the file is the one that was made last; return its step. */
  async release(reloaded: Blob): Promise<Step> {
    if (this.#waiting === null) {
      const hint = 'begin with the step whose result you want';
      throw new MemberError('RefusedError', 'nothing waits for a key file', hint);
    }
    const { keyFile, ...step } = this.#waiting;
    const source = new Source(chunksOf(reloaded));
    const found = await asMember(() => source.take(VaultFile.mostBytes + 1));
    if (!equal(found, keyFile)) {
      throw new MemberError(
        'MismatchError',
        'this is not the key file that was made last',
        'choose the newest one in your downloads; if it is not there, save it again',
      );
    }
    this.#keys = step.keys;
    this.#waiting = null;
    return step;
  }

  discard(): void {
    this.#waiting = null;
  }
}
