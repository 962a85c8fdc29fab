/**
 * What the member's page asks of its engine: everything that a member does, without a document.
 *
 * All values can be sent from a worker to a page. Texts are those of the command line. Files are
 * binary or armored. Numbers of registrars and slots are from 1, as people see them; minutes are
 * since 1970, and the engine reads no clock.
 *
 * A step that changes the keys is *prepared*: it returns the new key file, and nothing that the
 * step made. The person saves the file and loads it back; `release` compares the bytes and only
 * then hands out what was made. So no envelope leaves whose use is written down nowhere, and an
 * old key file cannot be made to speak in two rounds by somebody who forgot to save the new one.
 */

import type { Bytes } from '../../verifier/bytes.js';

/** The errors of docs/spec.md, "Errors", by the names that the Python library has. */
export type ErrorKind =
  | 'UsageError'
  | 'MalformedError'
  | 'VerificationError'
  | 'MismatchError'
  | 'RefusedError'
  | 'WindowError'
  | 'SlotError'
  | 'AnonymitySetError'
  | 'ThresholdError'
  | 'PassphraseError'
  | 'MissingError';

/** A refusal as a worker sends it: `toJSON()` of a `MemberError`. */
export interface Problem {
  readonly kind: ErrorKind;
  /** What is wrong, in lower case and without a full stop. */
  readonly message: string;
  /** What to do next; may be empty. */
  readonly hint: string;
}

/** Told while something takes long: so much is done, of so much. */
export type Progress = (done: number, of: number) => void;

/** What this browser can do. */
export interface Abilities {
  /**
   * Whether WebAssembly is there, and libsodium with it. Without it nothing works for rosters,
   * and opening a key file takes minutes.
   */
  readonly wasm: boolean;
  /** What does not work, and why, in sentences; empty if everything works. */
  readonly limits: readonly string[];
}

export interface RegistrarView {
  readonly number: number;
  readonly name: string;
  /** Of the registrar's mailbox, if it has one: 64 hexadecimal digits, for links. */
  readonly address: string;
}

export interface GroupView {
  readonly type: 'registered' | 'rostered';
  readonly name: string;
  /** Sixty digits. */
  readonly fingerprint: string;
  /** Who vouches for the members, and how many of them it takes. */
  readonly vouchedBy: {
    readonly role: 'registrar' | 'publisher';
    readonly who: readonly string[];
    readonly threshold: number;
    readonly of: number;
  };
  /** A registered group's purpose, or a roster's source. */
  readonly basis: string;
  /** Of a registered group, else empty. */
  readonly registrars: readonly RegistrarView[];
  /** Of a registered group; 0 for a roster. */
  readonly slots: number;
  /** The first minute of enrolment and the minute at which it is over; null for a roster. */
  readonly enrolment: { readonly opens: number; readonly closes: number } | null;
  /** Of a roster: how many keys of each kind; else null. */
  readonly keys: { readonly fresh: number; readonly ssh: number } | null;
  /** A sentence on a roster of both kinds of keys; else one word. */
  readonly anonymity: string;
}

export interface RoundView {
  readonly title: string;
  readonly letter: string;
  /** Of the letter. */
  readonly bytes: number;
  /** Sixty digits. */
  readonly fingerprint: string;
  readonly group: GroupView;
  /** 0 for a roster. */
  readonly slot: number;
  readonly opens: number;
  readonly closes: number;
  readonly trustees: readonly string[];
  /** How many trustees open an envelope together. */
  readonly threshold: number;
  /** Who opens envelopes: `any 2 of the 3 trustees`. */
  readonly openedBy: string;
  readonly quorum: number;
  /** The round's own smallest crowd. */
  readonly minSet: number;
  /** Sentences on what the letter hides from its readers, the worst first. */
  readonly hidden: readonly string[];
  /** Of the round's mailbox, if it has one: 64 hexadecimal digits, for links. */
  readonly address: string;
}

/** Where keys for a roster are handed in with slips. */
export interface CollectionView {
  readonly name: string;
  /** Who belongs on the roster. */
  readonly purpose: string;
  readonly publisher: string;
  /** Sixty digits, to be compared with those on the slip. */
  readonly fingerprint: string;
  /** The minute from which no keys are taken. */
  readonly closes: number;
  /** Of its mailbox, if it has one: 64 hexadecimal digits, for links. */
  readonly address: string;
}

/** A file that was opened; the engine keeps it until another one of its kind is opened. */
export type Opened =
  | { readonly kind: 'group'; readonly group: GroupView }
  | { readonly kind: 'round'; readonly round: RoundView }
  /** Opened by `openInvitation`. */
  | { readonly kind: 'invitation' }
  /** Opened by `unlock`. */
  | { readonly kind: 'keys' }
  /** Used by `finish`. */
  | { readonly kind: 'answer'; readonly group: string; readonly registrar: number }
  | { readonly kind: 'collection'; readonly collection: CollectionView }
  /** Used by `stamp`; the fingerprint is of the round, group or collection. */
  | {
      readonly kind: 'mailbox';
      readonly of: 'round' | 'registrar' | 'collection';
      readonly fingerprint: string;
    }
  /** Used by `sign` with the name; the engine keeps all that were opened. */
  | {
      readonly kind: 'attestation';
      readonly registrar: number;
      readonly name: string;
      readonly role: string;
    }
  /** Used by `check` and `claim`; read anew each time. */
  | { readonly kind: 'letter' };

export interface Comparison {
  readonly of: 'round' | 'group';
  /** Four words with blanks between them. */
  readonly words: string;
  /** Ten digits in two groups of five. */
  readonly digits: string;
}

/** A request without an answer. */
export interface WaitingView {
  readonly registrar: RegistrarView;
  /** Of the request, 64 hexadecimal digits: by it a relay finds the answer. */
  readonly id: string;
}

/** A slot of a membership. */
export interface SlotView {
  readonly slot: number;
  readonly state: 'certified' | 'not certified' | 'used' | 'forgotten';
}

export interface MembershipView {
  readonly group: string;
  readonly fingerprint: string;
  /** Names of the registrars that certified the keys. */
  readonly certifiedBy: readonly string[];
  /** The registrars whose answers have not come, each with the id of the request. */
  readonly waitingFor: readonly WaitingView[];
  /** How many more registrars have to certify the keys; 0 if they can sign. */
  readonly missing: number;
  readonly slots: readonly SlotView[];
}

export interface MemberKeyView {
  /** 64 hexadecimal digits: the key as a roster lists it. */
  readonly key: string;
  readonly forgotten: boolean;
  readonly uses: number;
}

/** What the key file holds. */
export interface KeysView {
  readonly memberships: readonly MembershipView[];
  readonly keys: readonly MemberKeyView[];
}

/** A step that waits for its key file to be loaded back. */
export interface Prepared {
  /** The new key file; its name must not say whose it is or what it is for. */
  readonly keyFile: Bytes;
  /** Warnings and notes of the command line. */
  readonly notes: readonly string[];
}

/** What a prepared step made. */
export type Released =
  /** To be handed to a registrar; `address` is that of its mailbox. */
  | {
      readonly kind: 'request';
      readonly record: Bytes;
      readonly registrar: RegistrarView;
      readonly group: GroupView;
      /** Of the request, 64 hexadecimal digits: by it a relay finds the answer. */
      readonly id: string;
    }
  | {
      readonly kind: 'envelope';
      readonly record: Bytes;
      readonly action: 'cosign' | 'withdraw';
      /** Anyone who has it knows which cosignature it is; shown only if asked for. */
      readonly receipt: string;
      readonly address: string;
    }
  /** A membership key for the publisher of a roster. */
  | { readonly kind: 'memberKey'; readonly record: Bytes; readonly key: string }
  /** A key for the publisher of a collection, sealed with the slip's voucher. */
  | {
      readonly kind: 'delivery';
      readonly record: Bytes;
      readonly key: string;
      readonly collection: CollectionView;
      readonly address: string;
    }
  | { readonly kind: 'certificate'; readonly record: Bytes; readonly slot: number }
  /** Nothing to hand out: an answer was finished, keys were forgotten, or files merged. */
  | { readonly kind: 'done'; readonly line: string };

export interface SigningOptions {
  readonly action: 'cosign' | 'withdraw';
  /** As it was typed; empty for none. */
  readonly statement: string;
  /**
   * To sign openly, as it was typed; left out or empty to sign anonymously. In a registered group
   * registrars attest it first.
   */
  readonly name?: string;
  readonly role?: string;
  /** The smallest crowd that the member accepts; 16 unless it says otherwise. */
  readonly minSet: number;
  /** Now. */
  readonly minute: number;
}

/** What a signer has to see before anything is made. */
export interface Review {
  /** `at most 20 people`. */
  readonly crowd: string;
  /** The statement as it will be published. */
  readonly statement: string;
  /** The name as it will be published; null if the cosignature is anonymous. */
  readonly name: { readonly name: string; readonly role: string } | null;
  /** Warnings of the command line, in its order. */
  readonly warnings: readonly string[];
}

/** A cosignature that counts in a published letter. */
export interface OwnCosignature {
  readonly statement: string;
  /** What the file shows beside it; null if it is anonymous there, or names differ. */
  readonly name: { readonly name: string; readonly role: string } | null;
  /** Whether the file has several statements or names of it, of which reports show none. */
  readonly conflict: boolean;
  /** Whether the key file says that it was signed by name, and the file has it alone. */
  readonly nameLeftOut: boolean;
  /** The round's fingerprint. */
  readonly round: string;
  readonly group: string;
  /** `your cosignature is in this file, anonymously`. */
  readonly line: string;
}

/** What to forget; each is a step of `cosign-letter member forget`. */
export type Forgettable =
  /** The round that is open: its slot, or on a roster what was signed in it. */
  | { readonly what: 'round'; readonly keepReceipts: boolean }
  /** Everything of a membership, by the group's fingerprint. */
  | { readonly what: 'membership'; readonly fingerprint: string; readonly keepReceipts: boolean }
  /** A key for rosters. */
  | { readonly what: 'key'; readonly key: string; readonly keepReceipts: boolean };

/** One member's page at work. Every method throws or rejects with a `MemberError`. */
export interface MemberEngine {
  readonly abilities: Abilities;
  /** Called while something takes long. */
  onProgress: Progress;

  /** Read and verify a file, whatever it is, and keep it. */
  open(file: Blob): Promise<Opened>;
  /** Open the invitation that was opened last with its secret, as it was typed. */
  openInvitation(secret: string): Promise<RoundView>;

  /**
   * Compare the round or group that is open.
   *
   * @param words as the other person said them; drawn if there are none.
   */
  compare(of: 'round' | 'group', words?: string): Comparison;

  /** Begin without keys; the passphrase is for the first key file. */
  create(passphrase: string): void;
  /** Open the key file that was opened last; what was unlocked before is left. */
  unlock(passphrase: string): Promise<KeysView>;
  /** Take another key file's keys and uses over into this one (`member import`). */
  merge(passphrase: string): Promise<Prepared>;
  /** Forget everything in memory. */
  lock(): void;
  /** Throws if nothing is unlocked. */
  keys(): KeysView;
  /** Whether a passphrase can be guessed: fewer than 15 characters, or hardly different ones. */
  isWeak(passphrase: string): boolean;

  /** Ask a registrar of the group that is open to certify all slots; the code says which. */
  enrol(voucher: string, minute: number): Promise<Prepared>;
  /** Turn the answer that is open into certificates. */
  finish(): Promise<Prepared>;
  /** Make a fresh key for rosters. */
  makeMemberKey(): Promise<Prepared>;
  /** Hand in a key for the collection that is open, with a slip's code; again the same key. */
  deliver(code: string, minute: number): Promise<Prepared>;
  /** Write a slot's certificate for a roster, which uses the slot up. */
  exportCertificate(fingerprint: string, slot: number): Promise<Prepared>;

  /** Make every check but the proof, and return what to show before the person confirms. */
  review(options: SigningOptions): Promise<Review>;
  /**
   * Ask a registrar of the round's group to attest a name; it then knows which key is whose.
   *
   * @param registrar its number, from 1.
   * @param challenge the text that this registrar gave to the member.
   * @param minute now, in minutes since 1970.
   */
  requestName(
    name: string,
    role: string,
    registrar: number,
    challenge: string,
    minute: number,
  ): Bytes;
  /** Cosign the round that is open, or withdraw from it. */
  sign(options: SigningOptions): Promise<Prepared>;
  /** Erase keys and what shows that they signed. */
  forget(target: Forgettable): Promise<Prepared>;

  /**
   * Hand out what the last prepared step made.
   *
   * @param reloaded the key file as the person saved it.
   */
  release(reloaded: Blob): Promise<Released>;
  /** Give the prepared step up: the keys are again those before it. */
  discard(): void;

  /**
   * Join the request, envelope or delivery that was released last with a stamp, for the drop page of the
   * mailbox that is open.
   *
   * @param signal ends the search for a stamp.
   */
  stamp(signal?: AbortSignal): Promise<Bytes>;
  /** Look for the own cosignature in the letter that is open, by the keys or by a receipt. */
  check(receipt?: string): Promise<readonly OwnCosignature[]>;
  /** Prove to the person who set a challenge that a published cosignature is the own one. */
  claim(challenge: string, reveal: boolean): Promise<Bytes>;
  /** Return a record as text for a mail or chat. */
  armor(record: Bytes): string;
}
