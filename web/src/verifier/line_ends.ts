/** White space at the ends of lines. */

/**
 * Return the length of a line without the spaces and tabs at its end.
 *
 * No expression does that: for each space inside, it would look ahead to where the spaces end, and
 * a letter of a million spaces would keep the page for minutes.
 */
export function bareLength(line: string): number {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return end;
}
