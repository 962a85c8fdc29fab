/**
 * Draws a report, section by section like cosign/reports/sections.py and in the same words.
 *
 * The letter is drawn as it was written: no Markdown is parsed (docs/adr/0053).
 */

import type {
  JointReport,
  NotJudgedReport,
  NotValidReport,
  TimeStamp,
  ValidReport,
} from '../verifier/index.js';
import {
  type Attributes,
  type Child,
  drawing,
  element,
  foreign,
  foreignLines,
  shown,
} from './dom.js';
import { figures } from './figures.js';
import { hiddenCharacters } from './hidden.js';
import { drawNames, drawStatements } from './many.js';
import {
  anonymity,
  basis,
  caveats,
  leftOut,
  members,
  others,
  signed,
  signedInChart,
  vouchers,
} from './wording.js';
import { capital, phrase, pieces, someOf } from './words.js';

declare const VERSION: string;

/** Where a report is drawn: in the reader's page, or in a letter that has the page inside. */
export type Place = 'page' | 'letter';

export const VERDICTS = {
  0: ['good', 'headline.valid'],
  3: ['doubt', 'headline.not_pinned'],
  4: ['doubt', 'headline.below_quorum'],
} as const;

/** Return the headline of a valid letter's report. */
export function headlineOf(report: ValidReport | JointReport): string {
  return phrase(VERDICTS[report.exit_code][1]);
}

/**
 * Return the report on a valid letter.
 *
 * @param letter the letter's text.
 * @param place where the report is drawn.
 * @param inPage whether the letter came in a web page.
 */
export function drawReport(
  report: ValidReport,
  letter: string,
  place: Place,
  inPage: boolean,
): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const header = verdict(
    VERDICTS[report.exit_code][0],
    headlineOf(report),
    lead(report),
    ...remarks(report, place, inPage),
  );
  const text = drawLetter(letter, pieces('letter.note', { title: quoted(report.title) }));
  const doubts = [
    section('not_checked', { class: 'doubt' }, list(report.not_checked)),
    vouching(report),
  ];
  // A letter with the page inside was shown before its check ended, and stays where it was.
  drawn.append(header, ...(place === 'letter' ? [text, ...doubts] : [...doubts, text]));
  drawn.append(
    ...details(report),
    again(),
    source(letter),
    footer(),
  );
  return drawn;
}

/** Return what is said about a group's letter below its text. */
export function details(report: ValidReport): HTMLElement[] {
  return [
    ...drawNames(report),
    drawStatements(report.statements),
    counts(report),
    hiding(report),
    terms(report),
    ...timeStamps(report),
    fingerprints(report),
  ];
}

/** Return the page about a file that is not valid. */
export function drawRefusal({ error, hint }: NotValidReport): DocumentFragment {
  const header = verdict('bad', phrase('headline.not_valid'), [phrase('lead.not_valid')]);
  return refusal(header, error, hint);
}

/** Return what is said about a file that was not judged. */
export function drawNotJudged({ error, hint }: NotJudgedReport): DocumentFragment {
  const lead = phrase('page.not_judged.lead');
  return refusal(verdict('doubt', phrase('page.not_judged'), [lead]), error, hint);
}

function refusal(header: HTMLElement, error: string, hint: string): DocumentFragment {
  const drawn = document.createDocumentFragment();
  const found = section('found', {}, element('p', { class: 'error' }, foreign(error)));
  if (hint) found.append(element('p', {}, phrase('found.advice', { hint: shown(hint) })));
  drawn.append(header, found, again(), footer());
  return drawn;
}

export function verdict(mood: string, headline: string, lead: Child[], ...more: Child[]): HTMLElement {
  return element(
    'header',
    { class: mood },
    element('p', { class: 'kicker' }, phrase('kicker')),
    element('h1', { id: 'verdict', tabindex: '-1' }, headline),
    element('p', { class: 'lead' }, ...lead),
    ...more,
  );
}

function lead(report: ValidReport): Child[] {
  return pieces(report.group.pinned ? 'lead.pinned' : 'lead.not_pinned', {
    signed: element('strong', {}, capital(signed(report))),
    group: quoted(report.group.name),
  });
}

/** Return what a verdict rests on, wherever it is drawn. */
function remarks(report: ValidReport, place: Place, inPage: boolean): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (report.group.pinned) {
    const name = report.quorum_met ? 'remark.pinned_and_quorum' : 'remark.pinned';
    found.push(element('p', {}, phrase(name, report.quorum_met ? { quorum: report.quorum } : {})));
  }
  if (inPage) found.push(element('p', { class: 'caveat' }, phrase('page.in_page')));
  found.push(...caveats(report).map(doubt));
  return [...found, trust(place), chart(report)];
}

/** Return why a valid letter may not be what it seems. */
export function doubt(caveat: string): HTMLElement {
  const but = element('strong', {}, phrase('caveat.but'));
  return element('p', { class: 'caveat' }, ...pieces('caveat', { but, caveat }));
}

/** Return how far a page of this kind can be trusted. */
export function trust(place: Place): HTMLElement {
  const said = phrase(place === 'letter' ? 'page.trust.inside' : 'page.trust');
  return element('p', { class: 'trust' }, said);
}

export function section(
  heading: Parameters<typeof phrase>[0],
  attributes: Attributes,
  ...parts: Child[]
): HTMLElement {
  return element('section', attributes, element('h2', {}, phrase(heading)), ...parts);
}

/** Return a stranger's words for use inside one of our sentences. */
export function quoted(text: string): HTMLElement {
  return element('span', {}, ...pieces('quote', { words: foreign(text) }));
}

function chart(report: ValidReport): HTMLElement {
  const {
    quorum,
    group: { anonymity_set: size },
  } = report;
  const scale = Math.max(report.cosigners, quorum, size ?? 0);
  const share = (count: number) => `${((100 * count) / scale).toFixed(2)}%`;
  const said = { signed: signedInChart(report), members: members(size), quorum };
  const legend = element(
    'ul',
    {},
    element('li', { class: 'signed' }, said.signed),
    element('li', { class: 'quorum' }, phrase('chart.quorum', { quorum })),
    element('li', { class: 'crowd' }, said.members),
  );
  const bar = drawing(
    'svg',
    { role: 'img', 'aria-label': phrase('chart', said) },
    drawing('rect', { width: share(size ?? 0), height: '100%', class: 'crowd' }),
    drawing('rect', { width: share(report.cosigners), height: '100%', class: 'signed' }),
    drawing('line', {
      x1: share(quorum),
      x2: share(quorum),
      y1: '-20%',
      y2: '120%',
      class: 'quorum',
    }),
  );
  return element('figure', {}, bar, element('figcaption', {}, legend));
}

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

function counts(report: ValidReport): HTMLElement {
  const rows = figures(report).map(([name, meaning, file, organizer]) => [
    element('span', {}, ...pieces('counts.row', { name: element('strong', {}, name), meaning })),
    file,
    organizer,
  ]);
  const heads = ['', phrase('source.file'), phrase('source.organizer')];
  return section('counts', {}, note(phrase('counts.note')), table(heads, rows));
}

function hiding(report: ValidReport): HTMLElement {
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

function terms(report: ValidReport): HTMLElement {
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
function timeStamps({ time_stamps: stamps }: ValidReport): HTMLElement[] {
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

function fingerprints(report: ValidReport): HTMLElement {
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

/** Return how to check the file without trusting this page. */
export function again(): HTMLElement {
  const step = (said: string, ...commands: string[]) =>
    element('li', {}, element('p', {}, said), ...commands.map((line) => element('pre', {}, line)));
  const steps = element(
    'ol',
    {},
    step(phrase('again.get')),
    step(phrase('page.again')),
    step(phrase('again.install', { version: VERSION })),
    step(phrase('again.check'), phrase('again.check_command')),
  );
  return section('again', {}, steps);
}

/** Return the exact text of the letter as a file, for readers who compute the hash. */
export function source(letter: string): HTMLElement {
  const file = new Blob([letter], { type: 'application/octet-stream' });
  const save = phrase('source.save', { bytes: phrase('count.byte', { count: file.size }) });
  const link = element('a', { href: URL.createObjectURL(file), download: 'letter.md' }, save);
  return element(
    'details',
    {},
    element('summary', {}, phrase('source')),
    element('p', {}, ...pieces('source.compare', { link })),
    element('pre', {}, phrase('source.command')),
    element('pre', { dir: 'auto', lang: '' }, ...foreignLines(letter)),
  );
}

export function footer(): HTMLElement {
  return element('footer', {}, element('p', {}, phrase('page.footer', { version: VERSION })));
}

function note(said: string): HTMLElement {
  return element('p', { class: 'note' }, said);
}

export function list(items: readonly Child[]): HTMLElement {
  return element('ul', {}, ...items.map((item) => element('li', {}, item)));
}

/** Return a table whose first column names the rows; the first head may be empty. */
export function table(heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const top = heads.map((head) =>
    head ? element('th', { scope: 'col' }, head) : element('td', {}),
  );
  const lines = rows.map(([name = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...cells.map((cell) => element('td', {}, cell)),
    ),
  );
  const head = element('thead', {}, element('tr', {}, ...top));
  return element('table', {}, head, element('tbody', {}, ...lines));
}

function pairs(facts: readonly (readonly [string, readonly Child[]])[]): HTMLElement {
  const parts = facts.flatMap(([name, value]) => [
    element('dt', {}, name),
    element('dd', {}, ...value),
  ]);
  return element('dl', {}, ...parts);
}

function names(all: readonly string[]): Child[] {
  return commas(all.map(foreign));
}

function commas(parts: readonly Child[]): Child[] {
  return parts.flatMap((part, place) => (place === 0 ? [part] : [', ', part]));
}

function digits(text: string): HTMLElement {
  return element('code', { class: 'digits' }, text);
}

function time(minute: string): HTMLElement {
  const [date = '', clock = ''] = minute.replace('Z', '').split('T');
  return element('time', { datetime: minute }, phrase('time', { date, time: clock }));
}
