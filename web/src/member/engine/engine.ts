/** The engine of the member's page: see interface.ts for what each method does. */

import { type Bytes, hex } from '../../verifier/bytes.js';
import { randomBytes } from '../../verifier/curve/random.js';
import { armor } from './armor.js';
import { comparisonDigits, drawWords, readWords } from './comparing.js';
import { type Credential, findCredential, ownTags, signedOpenly, usesOf } from './credentials.js';
import { checkCrowd, crowdLine, crowdWarnings } from './crowd.js';
import { MemberError, asMember } from './errors.js';
import { type Content, readFile } from './files.js';
import { find, lettersOf, makeClaim, requireCounted } from './finding.js';
import { forgetKey, forgetMembership, forgetRound } from './forgetting.js';
import type {
  Abilities,
  Comparison,
  Forgettable,
  KeysView,
  MemberEngine,
  Opened,
  OwnCosignature,
  Prepared,
  Progress,
  Released,
  Review,
  RoundView,
  SigningOptions,
} from './interface.js';
import { openInvitation } from './invitation.js';
import { COST, type Keys, NO_KEYS, openKeys } from './key_file.js';
import { mergeKeys } from './merging.js';
import { requestName } from './naming.js';
import { calledAs, challengeText, wishOf } from './options.js';
import type { Cost, Primitives } from './primitives.js';
import type { NameAttestation } from './records/names.js';
import type { MemberRound } from './round.js';
import { Session, type Step } from './session.js';
import { type Wish, checkNameWanted, checkSigning, tagOf, vouchersOf } from './signing.js';
import { type Outgoing, stampRecord } from './stamping.js';
import {
  RECEIPT,
  certificateStep,
  deliverStep,
  enrolStep,
  finishStep,
  memberKeyStep,
  membershipNamed,
  signStep,
} from './steps.js';
import { isWeak, readCode } from './typed_text.js';
import { keysView, openedView, ownView, roundView, trusteeWarnings } from './views.js';
import {
  NO_WASM,
  kindWarnings,
  nameWarnings,
  noRecord,
  statementWarnings,
  voucherWarnings,
  withdrawalWarnings,
} from './words.js';

const TAG_BYTES = 32;

type Kept = { [K in Content['kind']]?: Extract<Content, { kind: K }> };

export class Engine implements MemberEngine {
  readonly abilities: Abilities;
  onProgress: Progress = () => {};
  readonly #primitives: Primitives;
  readonly #cost: Cost;
  readonly #open: Kept = {};
  #attestations: NameAttestation[] = [];
  #session: Session | null = null;
  #outgoing: Outgoing | null = null;
  readonly #tell: Progress = (done, of) => this.onProgress(done, of);

  /** @param cost of the key files that are written. */
  constructor(primitives: Primitives, cost = COST) {
    this.#primitives = primitives;
    this.#cost = cost;
    const wasm = primitives.points !== null;
    this.abilities = { wasm, limits: wasm ? [] : NO_WASM };
  }

  async open(file: Blob): Promise<Opened> {
    const content = await readFile(file);
    Object.assign(this.#open, { [content.kind]: content });
    if (content.kind === 'attestation') this.#attestations.push(content.attestation);
    return openedView(content);
  }

  async openInvitation(secret: string): Promise<RoundView> {
    const { invitation } = this.#opened('invitation', 'the invitation');
    const round = await openInvitation(invitation, secret);
    this.#open.round = { kind: 'round', round };
    return roundView(round);
  }

  compare(of: 'round' | 'group', typed?: string): Comparison {
    const words = typed === undefined ? drawWords(randomBytes) : readWords(typed);
    const id =
      of === 'round'
        ? this.#round().roundId
        : (this.#open.group?.group ?? this.#round().group).groupId;
    return { of, words: words.join(' '), digits: comparisonDigits(words, id) };
  }

  create(passphrase: string): void {
    this.lock();
    this.#session = new Session(this.#primitives, this.#cost, passphrase, NO_KEYS);
  }

  async unlock(passphrase: string): Promise<KeysView> {
    const { file } = this.#opened('keys', 'the key file');
    const primitives = this.#primitives;
    const session = await Session.open(primitives, this.#cost, file, passphrase, this.#tell);
    this.lock();
    this.#session = session;
    return this.keys();
  }

  async merge(passphrase: string): Promise<Prepared> {
    const { file } = this.#opened('keys', 'the key file');
    const other = await openKeys(this.#primitives, file, passphrase, this.#tell);
    const line = 'the keys and uses of both files are in the new one';
    return this.#prepare((keys) => ({
      keys: mergeKeys(keys, other),
      released: { kind: 'done', line },
    }));
  }

  lock(): void {
    this.#session = null;
    this.#outgoing = null;
    this.#attestations = [];
  }

  keys(): KeysView {
    return keysView(this.#unlocked().keys);
  }

  isWeak(passphrase: string): boolean {
    return isWeak(passphrase);
  }

  enrol(voucher: string, minute: number): Promise<Prepared> {
    return this.#prepare((keys) => {
      const group = this.#opened('group', 'the group');
      return enrolStep(this.#primitives, keys, group, voucher, minute);
    });
  }

  finish(): Promise<Prepared> {
    return this.#prepare((keys) => {
      const { response } = this.#opened('answer', "the registrar's answer");
      return finishStep(this.#primitives, keys, response);
    });
  }

  makeMemberKey(): Promise<Prepared> {
    return this.#prepare((keys) => memberKeyStep(this.#primitives, keys));
  }

  deliver(code: string, minute: number): Promise<Prepared> {
    return this.#prepare((keys) => {
      const { collection } = this.#opened('collection', 'the collection');
      return deliverStep(this.#primitives, keys, collection, code, minute);
    });
  }

  exportCertificate(group: string, slot: number): Promise<Prepared> {
    return this.#prepare((keys) => certificateStep(this.#primitives, keys, group, slot));
  }

  async review(options: SigningOptions): Promise<Review> {
    const round = this.#round();
    const wish = wishOf(options);
    const { action, statement, called } = wish;
    const credential = this.#credential(round);
    const tag = tagOf(this.#primitives, round, credential, randomBytes);
    checkSigning(round, credential, tag, wish);
    const vouchers = vouchersOf(round, credential);
    return {
      crowd: crowdLine(round, vouchers),
      statement,
      name: called,
      warnings: [
        ...statementWarnings(statement),
        ...nameWarnings(round, called),
        ...trusteeWarnings(round),
        ...voucherWarnings(round, vouchers),
        ...(action === 'cosign' && called === null
          ? crowdWarnings(checkCrowd(round, vouchers, wish.minSet))
          : []),
        ...kindWarnings(credential),
        ...withdrawalWarnings(round, options, usesOf(credential)),
      ],
    };
  }

  requestName(
    name: string,
    role: string,
    registrar: number,
    challenge: string,
    minute: number,
  ): Bytes {
    const round = this.#round();
    const credential = this.#credential(round);
    if (credential.kind === 'listed') {
      const hint = 'sign with the name; the listed key stands beside it';
      throw new MemberError('RefusedError', 'nobody attests names in a rostered group', hint);
    }
    const called = calledAs(name, role);
    if (called === null) throw new MemberError('UsageError', 'the name is empty', 'type your name');
    const asked = challengeText(challenge);
    const tag = tagOf(this.#primitives, round, credential, randomBytes);
    checkNameWanted(round, tag, usesOf(credential), called, minute);
    return requestName(this.#primitives, round, credential, called, registrar - 1, asked);
  }

  sign(options: SigningOptions): Promise<Prepared> {
    return this.#prepare((keys) => {
      const round = this.#round();
      const wish = wishOf(options);
      const attested = this.#attestationsOf(wish, round);
      return signStep(this.#primitives, keys, round, wish, attested, this.#tell);
    });
  }

  forget(target: Forgettable): Promise<Prepared> {
    return this.#prepare((keys) => ({
      keys: this.#forgotten(keys, target),
      released: { kind: 'done', line: 'forgotten; delete every older copy of the key file' },
    }));
  }

  async release(reloaded: Blob): Promise<Released> {
    const { released, outgoing } = await this.#unlocked().release(reloaded);
    if (outgoing !== undefined) this.#outgoing = outgoing;
    return released;
  }

  discard(): void {
    this.#session?.discard();
  }

  async stamp(signal?: AbortSignal): Promise<Bytes> {
    const { mailbox } = this.#opened('mailbox', 'the mailbox');
    if (this.#outgoing === null) {
      const hint = 'make a request or an envelope first';
      throw new MemberError('RefusedError', 'there is nothing to hand in', hint);
    }
    return stampRecord(this.#outgoing, mailbox, this.#tell, signal);
  }

  async check(receipt?: string): Promise<readonly OwnCosignature[]> {
    const { file } = this.#opened('letter', 'the published letter');
    const tag = receipt === undefined ? null : readCode(receipt, TAG_BYTES, RECEIPT);
    const counted: OwnCosignature[] = [];
    for await (const letter of lettersOf(file)) {
      const { round, isLast, joint } = letter;
      const tags = tag === null ? ownTags(this.#unlocked().keys, round) : [tag];
      if (tags.length === 0 && !(isLast && counted.length === 0)) continue;
      if (tags.length === 0) throw noRecord();
      const found = await find(tags, letter);
      if (tag !== null && !found.signed && !found.withdrawn && !isLast) continue;
      requireCounted(found);
      const openly = tag === null && signedOpenly(this.#unlocked().keys, round);
      counted.push(ownView(round, found, joint, openly));
      if (tag !== null) break;
    }
    return counted;
  }

  async claim(typed: string, reveal: boolean): Promise<Bytes> {
    const { file } = this.#opened('letter', 'the published letter');
    const challenge = challengeText(typed);
    const { keys } = this.#unlocked();
    for await (const letter of lettersOf(file)) {
      if (ownTags(keys, letter.round).length === 0 && !letter.isLast) continue;
      const credential = findCredential(this.#primitives, keys, letter.round);
      const primitives = this.#primitives;
      return (await makeClaim(primitives, credential, letter, challenge, reveal, randomBytes)).raw;
    }
    throw noRecord();
  }

  armor(record: Bytes): string {
    return armor(record);
  }

  #unlocked(): Session {
    if (this.#session !== null) return this.#session;
    const hint = 'open your key file, or begin a new one';
    throw new MemberError('MissingError', 'no key file is open', hint);
  }

  #opened<K extends Content['kind']>(kind: K, what: string): Extract<Content, { kind: K }> {
    const found = this.#open[kind];
    if (found !== undefined) return found as Extract<Content, { kind: K }>;
    throw new MemberError('MissingError', `${what} has not been opened`, 'choose its file');
  }

  #round(): MemberRound {
    return this.#opened('round', 'the round').round;
  }

  /** The attestations that were opened for a name in a round; the newest if none is for it. */
  #attestationsOf({ called }: Wish, { round }: MemberRound): readonly NameAttestation[] {
    const { slot } = round.terms;
    const found = this.#attestations.filter(
      (one) => one.slot === slot && one.name === called?.name && one.role === called.role,
    );
    return found.length > 0 ? found : this.#attestations.slice(-1);
  }

  #credential(round: MemberRound): Credential {
    return findCredential(this.#primitives, this.#unlocked().keys, round);
  }

  /** Do a step with the keys that are unlocked. */
  async #prepare(step: (keys: Keys) => Step | Promise<Step>): Promise<Prepared> {
    const session = this.#unlocked();
    session.checkFree();
    const done = await asMember(() => step(session.keys));
    return session.prepare(done, this.#tell);
  }

  #forgotten(keys: Keys, target: Forgettable): Keys {
    const { what, keepReceipts } = target;
    if (what === 'round') return forgetRound(keys, this.#round(), keepReceipts);
    if (what === 'membership') {
      return forgetMembership(keys, membershipNamed(keys, target.fingerprint), keepReceipts);
    }
    const key = keys.keys.find((one) => hex(one.key) === target.key);
    if (key !== undefined) return forgetKey(keys, key, keepReceipts);
    throw new MemberError('MissingError', 'this key file has no such key', 'look at what it holds');
  }
}
