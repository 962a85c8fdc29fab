/** The report: the object that `cosign-letter verify --json` prints (docs/verify.schema.json). */

export type Anonymity = 'everlasting' | 'mixed' | 'computational';

/** Keys that the same registrars certified. */
export interface Combination {
  readonly registrars: readonly string[];
  readonly keys: number;
  readonly at_most: number | null;
  /** How many of the keys signed openly, and among how many members the others are hidden. */
  readonly named: number;
  readonly others_at_most: number | null;
}

/** How many listed keys are of each kind; null in a registered group. */
export type KeyKinds = { readonly fresh: number; readonly ssh: number } | null;

/** A signer who wants to be known. */
export interface OpenName {
  readonly name: string;
  /** "" if there is none. */
  readonly role: string;
  readonly statement: string | null;
  /** The signer's key on the roster, in hexadecimal; null in a registered group. */
  readonly key: string | null;
}

/** A kind of character that readers of the letter, a statement or a name do not see. */
export interface Hidden {
  /** The statement's number, from 0; null elsewhere. */
  readonly statement: number | null;
  /** The number of the name, from 0, and in which of its texts it is; null elsewhere. */
  readonly name: number | null;
  readonly part: Exclude<keyof OpenName, 'key'> | null;
  /** As U+200B; null for white space at the ends of lines. */
  readonly character: string | null;
  readonly times: number;
  /** Of the first one, both from 1. */
  readonly line: number;
  readonly column: number;
  /** What it is usually for; null if no text needs it. */
  readonly use: string | null;
}

/** The organizer's figures, which nobody else can check. */
export interface OrganizerSays {
  readonly received: number;
  readonly unreadable: number;
  readonly invalid: number;
  readonly duplicates: number;
  readonly withdrawn: number;
}

/** Entries of a roster's sources that are not on the roster, by reason. */
export interface LeftOut {
  readonly other_type: number;
  readonly security_key: number;
  readonly limited: number;
  readonly bad_key: number;
  readonly same_person: number;
  readonly same_key: number;
}

/** What is known about a time stamp of the file. */
export interface TimeStamp {
  readonly state: 'checked' | 'unchecked' | 'false';
  readonly authority: string;
  readonly time: string | null;
  readonly problem: string;
}

export interface ValidReport {
  readonly valid: true;
  /** 0: pinned, quorum met. 3: not pinned. 4: pinned, below quorum. */
  readonly exit_code: 0 | 3 | 4;
  readonly title: string;
  readonly letter_sha256: string;
  readonly round: string;
  readonly group: {
    readonly kind: 'registered' | 'rostered';
    readonly name: string;
    readonly fingerprint: string;
    readonly pinned: boolean;
    readonly anonymity_set: number | null;
    readonly key_kinds: KeyKinds;
    readonly left_out: LeftOut | Record<string, never>;
  };
  readonly vouched_by: {
    readonly role: 'registrar' | 'publisher';
    readonly who: readonly string[];
    readonly threshold: number;
    readonly of: number;
    readonly basis: string;
  };
  readonly admissions: readonly {
    readonly registrar: string;
    readonly admitted: readonly { readonly kind: string; readonly people: number }[];
  }[];
  readonly anonymity: Anonymity;
  /** Among whom those are hidden who did not sign openly. */
  readonly others: { readonly at_most: number | null; readonly key_kinds: KeyKinds };
  readonly cosigners: number;
  readonly keys: number;
  readonly withdrawn: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly invalid: 0;
  readonly quorum: number;
  readonly quorum_met: boolean;
  readonly organizer_says: OrganizerSays;
  readonly slot: number;
  readonly opens: string;
  readonly closes: string;
  readonly organizer: string;
  readonly trustees: { readonly names: readonly string[]; readonly threshold: number };
  readonly combinations: readonly Combination[];
  readonly statements: readonly string[];
  readonly named: number;
  readonly names: readonly OpenName[];
  readonly hidden: readonly Hidden[];
  readonly time_stamps: readonly TimeStamp[];
  readonly not_checked: readonly string[];
  /** Whether the rest of the page that held the letter is known; null if it was in none. */
  readonly page: 'genuine' | 'changed' | null;
}

/** The file is a published letter, and something in it is not what it claims to be. */
export interface NotValidReport {
  readonly valid: false;
  readonly exit_code: 1;
  readonly error: string;
  readonly hint: string;
}

/** Nothing was found out about a letter: wrong use (2), or a defect of the program (70). */
export interface NotJudgedReport {
  readonly exit_code: 2 | 70;
  readonly error: string;
  readonly hint: string;
}

/** A group that a campaign names. */
export interface Asked {
  readonly name: string;
  readonly group: string;
  readonly round: string;
}

/** A name, as it stands first, and the numbers of letters, from 1. */
export interface InSeveral {
  readonly name: string;
  readonly letters: readonly number[];
}

/** The letters of several groups in one file, all of them valid. */
export interface JointReport {
  readonly joint: true;
  readonly valid: true;
  /** 0: all pinned, all quorums met. 3: one is not pinned. 4: all pinned, one below quorum. */
  readonly exit_code: 0 | 3 | 4;
  readonly letter_sha256: string;
  readonly total: number;
  readonly named: number;
  readonly groups: readonly ValidReport[];
  readonly campaigns: readonly {
    readonly title: string;
    readonly organizer: string;
    readonly asked: readonly (Asked & { readonly here: boolean })[];
  }[];
  readonly asked_not_here: readonly Asked[];
  /** Names that are open in several letters, and listed keys that are. */
  readonly same_names: readonly InSeveral[];
  readonly same_keys: readonly InSeveral[];
  readonly not_checked: readonly string[];
  readonly page: 'genuine' | 'changed' | null;
}

export type Report = ValidReport | JointReport | NotValidReport | NotJudgedReport;
