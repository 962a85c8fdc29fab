/**
 * Draws the sections of a report on one letter, like cosign/reports/sections.py and in the same words.
 *
 * The letter is drawn as it was written: no Markdown is parsed (docs/adr/0053).
 */

import type { TimeStamp, ValidReport } from '../verifier/index.js';
import { type Child, element, foreign, foreignLines, shown } from './dom.js';
import { figures } from './figures.js';
import { hiddenCharacters } from './hidden.js';
import { commas, digits, list, names, note, pairs, quoted, section, table, time } from './parts.js';
import { anonymity, basis, leftOut, others, vouchers } from './wording.js';
import { capital, phrase, pieces, someOf } from './words.js';

export function vouching(report: ValidReport): HTMLElement {
  const { who, basis: words } = report.vouched_by;
  const by = phrase('vouching.by', { vouchers: vouchers(report.vouched_by) });
  const made = section('vouching', {}, element('p', {}, by), list(who.map(foreign)));
  if (words) {
    const said = phrase('vouching.basis', { basis: capital(basis(report.vouched_by)) });
    const lines = element('p', { dir: 'auto', class: 'lines' }, shown(words));
    made.append(element('p', {}, said), element('blockquote', {}, lines));
  }
  if (report.admissions.length > 0) {
    const said = report.admissions.map(({ registrar, admitted }) => {
      const kinds = commas(
        admitted.map(({ kind, people: count }) =>
          element('span', {}, ...pieces('admitted', { count, kind: quoted(kind) })),
        ),
      );
      const by = { registrar: foreign(registrar), admitted: element('span', {}, ...(kinds.length > 0 ? kinds : [phrase('admitted.none')])) };
      return element('span', {}, ...pieces('admitted.by', by));
    });
    made.append(element('p', {}, phrase('admissions')), list(said));
  }
  const out = leftOut(report);
  if (out) made.append(element('p', {}, phrase('vouching.left_out', { left_out: out })));
  return made;
}

/** Return a letter in a frame, so that it cannot pass for a part of the report. */
export function drawLetter(text: string, note: readonly Child[]): HTMLElement {
  const made = section(
    'letter',
    {},
    element('p', { class: 'note' }, ...note),
    element(
      'article',
      { lang: '', 'aria-label': phrase('letter.label') },
      element('p', { dir: 'auto', class: 'lines' }, ...foreignLines(text)),
    ),
  );
  const hidden = hiddenCharacters(text);
  if (hidden.length > 0)
    made.append(element('p', { class: 'note' }, phrase('hidden')), list(hidden));
  return made;
}

export function counts(report: ValidReport): HTMLElement {
  const rows = figures(report).map(([name, meaning, file, organizer]) => [
    element('span', {}, ...pieces('counts.row', { name: element('strong', {}, name), meaning })),
    file,
    organizer,
  ]);
  const heads = ['', phrase('source.file'), phrase('source.organizer')];
  return section('counts', {}, note(phrase('counts.note')), table(heads, rows));
}

export function hiding(report: ValidReport): HTMLElement {
  const said = phrase('anonymity.is', { anonymity: anonymity(report) });
  const made = section('anonymity', {}, element('p', {}, said));
  const among = others(report);
  if (among) made.append(element('p', {}, among));
  if (report.combinations.length > 0) {
    made.append(element('p', {}, phrase('combinations.note')), combinations(report));
  }
  return made;
}

/** Return keys by the registrars that certified them; without names, in fewer columns. */
function combinations(report: ValidReport): HTMLElement {
  const ofNames = report.named > 0 ? (['named', 'others_at_most'] as const) : [];
  const numbers = ['keys', 'at_most', ...ofNames] as const;
  const rows = report.combinations.map((found) => [
    element('span', {}, ...names(found.registrars)),
    ...numbers.map((head) => String(found[head] ?? phrase('combinations.unknown'))),
  ]);
  const top = (['registrars', ...numbers] as const).map((head) => phrase(`combinations.${head}`));
  return table(top, rows);
}

export function terms(report: ValidReport): HTMLElement {
  const { names: trustees, threshold } = report.trustees;
  const until = someOf(threshold, trustees.length, 'trustee');
  const met = report.quorum_met ? 'round.quorum_met' : 'round.quorum_not_met';
  const facts: [string, Child[]][] = [
    [
      phrase('round.open'),
      pieces('round.window', { opens: time(report.opens), closes: time(report.closes) }),
    ],
    [
      phrase('round.sealed'),
      [
        element('p', {}, phrase('round.sealed_until', { trustees: until })),
        list(trustees.map(foreign)),
      ],
    ],
    [phrase('round.quorum'), [phrase(met, { count: report.quorum })]],
  ];
  if (report.slot)
    facts.push([phrase('round.slot'), [phrase('round.slot_key', { slot: report.slot })]]);
  return section('round', {}, note(phrase('round.note')), pairs(facts));
}

/** Return what the time stamps of the file are worth; nothing if it has none. */
export function timeStamps({ time_stamps: stamps }: ValidReport): HTMLElement[] {
  if (stamps.length === 0) return [];
  return [section('stamps', {}, note(phrase('stamps.note')), list(stamps.map(timeStamp)))];
}

function timeStamp({ state, authority, time: stated, problem }: TimeStamp): HTMLElement {
  if (stated === null) {
    return element('span', {}, phrase('stamp.unread', { problem }));
  }
  const [date = '', hour = ''] = stated.replace('Z', '').split('T');
  const who = authority === '' ? phrase('stamp.nobody') : quoted(authority);
  return element(
    'span',
    {},
    ...pieces(`stamp.${state}`, { problem, date, time: hour, authority: who }),
  );
}

export function fingerprints(report: ValidReport): HTMLElement {
  const pinned = report.group.pinned ? 'fingerprints.pinned' : 'fingerprints.not_pinned';
  const kind = phrase(`kind.${report.group.kind}`);
  const said = pieces(pinned, { name: quoted(report.group.name), kind });
  return section(
    'fingerprints',
    {},
    pairs([
      [phrase('fingerprints.group'), [digits(report.group.fingerprint), element('p', {}, ...said)]],
      [phrase('fingerprints.round'), [digits(report.round)]],
      [phrase('fingerprints.organizer'), [digits(report.organizer)]],
      [phrase('fingerprints.letter'), [element('code', {}, report.letter_sha256)]],
    ]),
  );
}
