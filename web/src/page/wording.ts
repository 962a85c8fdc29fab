/** Sentences of a report that depend on its facts; the same as cosign/reports/wording.py. */

import type { KeyKinds, ValidReport } from '../verifier/index.js';
import { phrase, someOf } from './words.js';

/** Return whether the number of cosigners is only a lower bound. */
export function moreMayHaveSigned(report: ValidReport): boolean {
  return report.keys > report.cosigners;
}

/** Return the number of signers: "7 distinct members". */
export function signed(report: ValidReport): string {
  const { cosigners, named } = report;
  const more = moreMayHaveSigned(report);
  const said = phrase(more ? 'signed.at_least' : 'signed', { count: cosigners });
  if (named === 0) return said;
  return phrase(more ? 'named.signed.at_least' : 'named.signed', { signed: said, count: named });
}

/** Return the number of signers for a drawing: "7 signed". */
export function signedInChart(report: ValidReport): string {
  const name = moreMayHaveSigned(report) ? 'chart.signed.at_least' : 'chart.signed';
  return phrase(name, { count: report.cosigners });
}

/** Return how many members there can be. */
export function members(most: number | null): string {
  return most === null ? phrase('members.unknown') : phrase('members.at_most', { count: most });
}

/** Return why a valid letter may not be what it seems. */
export function caveats(report: ValidReport): string[] {
  const found: string[] = [];
  if (!report.group.pinned) found.push(phrase('caveat.not_pinned'));
  if (!report.quorum_met) found.push(phrase('caveat.below_quorum', { count: report.quorum }));
  return found;
}

/** Return who vouches, by role: "any 2 of the 3 registrars", "2 of the 3 publishers". */
export function vouchers({ role, who, threshold, of }: ValidReport['vouched_by']): string {
  if (role === 'registrar') return someOf(threshold, of, 'registrar');
  if (who.length < of) return phrase('publishers.some', { signed: who.length, count: of });
  return someOf(of, of, 'publisher');
}

/** Return what the basis of a group's vouching is. */
export function basis({ role, of }: ValidReport['vouched_by']): string {
  return phrase(`basis.${role}`, { count: of });
}

/** Return how many keys the list leaves out, and why; "" if it leaves out none. */
export function leftOut({ group, vouched_by: { role, of } }: ValidReport): string {
  const found = (
    ['other_type', 'security_key', 'limited', 'bad_key', 'same_person', 'same_key'] as const
  ).flatMap((reason) => {
    const count = 'other_type' in group.left_out ? group.left_out[reason] : 0;
    return count === 0 ? [] : [{ count, said: phrase(`left_out.reason.${reason}`, { count }) }];
  });
  if (found.length === 0) return '';
  const says = phrase('left_out.says', { count: of, noun: phrase(`noun.${role}`, { count: of }) });
  const reasons = found.map(({ said }) => said).join(', ');
  return phrase('left_out', {
    count: found.reduce((sum, { count }) => sum + count, 0),
    says,
    reasons,
  });
}

/** Return for how long the signers are hidden, among which keys, and from whom. */
export function anonymity(report: ValidReport): string {
  const name = report.group.key_kinds === null ? 'anonymity.of_group' : 'anonymity.of_keys';
  const hidden = phrase(`anonymity.hidden.${report.anonymity}`);
  return phrase(name, { kind: anonymityKind(report), hidden });
}

function anonymityKind({ anonymity: kind, group: { key_kinds: kinds } }: ValidReport): string {
  return kinds === null ? phrase(`anonymity.kind.${kind}`) : kindAmong(kinds);
}

function kindAmong({ fresh, ssh }: NonNullable<KeyKinds>): string {
  const hidden = phrase('anonymity.fresh', { count: fresh });
  if (ssh === 0) return hidden;
  if (fresh < 2) return phrase('anonymity.kind.computational');
  return phrase('anonymity.fresh_and_ssh', {
    fresh: hidden,
    ssh: phrase('count.ssh_key', { count: ssh }),
  });
}

/** Return among how many those without a name are hidden; "" if it adds nothing. */
export function others({ named, anonymity: kind, others: rest }: ValidReport): string {
  if (named === 0 || rest.at_most === null) return '';
  const said = phrase('anonymity.others', { count: rest.at_most });
  if (rest.at_most === 0 || rest.key_kinds === null || kind !== 'mixed') return said;
  return phrase('anonymity.others.kinds', { others: said, kind: kindAmong(rest.key_kinds) });
}
