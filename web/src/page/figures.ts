/** The counts of a report by their source; the same as cosign/reports/figures.py. */

import type { ValidReport } from '../verifier/index.js';
import { phrase } from './words.js';
import { moreMayHaveSigned } from './wording.js';

const FIGURES = [
  ['cosigners', true, false],
  ['keys', true, false],
  ['named', true, false],
  ['withdrawn', true, true],
  ['duplicates', true, true],
  ['conflicts', true, false],
  ['invalid', true, true],
  ['received', false, true],
  ['unreadable', false, true],
] as const;

/** Return each figure with its meaning, its number in the file and the organizer's, or "". */
export function figures(report: ValidReport): (readonly [string, string, string, string])[] {
  return FIGURES.map(([name, inFile, byOrganizer]) => {
    const plain = phrase(`figure.${name}`);
    const least = name === 'cosigners' && moreMayHaveSigned(report);
    const meaning = least ? phrase('figure_at_least', { meaning: plain }) : plain;
    const file = inFile ? String(report[name]) : '';
    return [name, meaning, file, byOrganizer ? String(report.organizer_says[name]) : ''];
  });
}
