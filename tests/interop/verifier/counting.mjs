/**
 * Counting members, not records.
 *
 * docs/spec.md, "Counting".
 */

import { equalBytes } from './bytes.mjs';

/**
 * Count records with verified proofs, in ascending order: {tag, registrars, action, statement}, and of
 * open ones {name, role}.
 *
 * `combinations` has {registrars, keys, named} for each set of registrars that a key's first record names.
 */
export function count(records, numberOfRegistrars, threshold) {
  const result = { duplicates: 0, withdrawn: 0, conflicts: 0, keys: 0, statements: [], names: [] };
  const combinations = new Map();
  for (const together of byTag(records)) {
    const cosigned = together.filter((record) => record.action === 'cosign');
    const withdrawals = together.length - cosigned.length;
    result.duplicates += Math.max(0, cosigned.length - 1) + Math.max(0, withdrawals - 1);
    if (withdrawals > 0) {
      result.withdrawn += 1;
      continue;
    }
    result.keys += 1;
    const [{ registrars, statement }] = cosigned;
    const combination = combinations.get(String(registrars)) ?? { registrars, keys: 0, named: 0 };
    combination.keys += 1;
    combinations.set(String(registrars), combination);
    const [open, ...others] = cosigned.filter((record) => record.name !== undefined);
    const differs = cosigned.some((record) => record.statement !== statement);
    if (differs || others.some(({ name, role }) => name !== open.name || role !== open.role)) {
      result.conflicts += 1;
    } else if (open) {
      const { name, role, key } = open;
      combination.named += 1;
      result.names.push({ name, role, key, statement: statement || null });
    } else if (statement !== '') {
      result.statements.push(statement);
    }
  }
  result.combinations = [...combinations.values()];
  result.certified = byEach(result.combinations, numberOfRegistrars, 'keys');
  result.namedByEach = byEach(result.combinations, numberOfRegistrars, 'named');
  const named = numberOfRegistrars > 0;
  result.cosigners = named ? result.certified.toSorted((a, b) => b - a)[threshold - 1] : result.keys;
  return result;
}

/** For each registrar, the number of keys, all or named ones, whose combination has it. */
function byEach(combinations, numberOfRegistrars, which) {
  return Array.from({ length: numberOfRegistrars }, (_, i) =>
    combinations
      .filter(({ registrars }) => registrars.includes(i))
      .reduce((total, row) => total + row[which], 0));
}

/** The records of each tag together; they stand side by side. */
function byTag(records) {
  const groups = [];
  for (const record of records) {
    const last = groups.at(-1);
    if (last && equalBytes(last[0].tag, record.tag)) last.push(record);
    else groups.push([record]);
  }
  return groups;
}
