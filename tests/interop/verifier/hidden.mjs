/**
 * What readers of a letter or statement do not see, but that can tell copies apart.
 *
 * docs/spec.md, "Letter", Watermarks, and "Verifying", the member `hidden`.
 */

/** Default_Ignorable_Code_Point of Unicode 14.0, U+FFF9 to U+FFFB, blank letters and fillers. */
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/u;

const UNUSUAL_SPACE = /(?! )\p{Zs}/u;

const NOWHERE = { statement: null, name: null, part: null };

/** The entries of the letter, then those of each statement, then those of what is open. */
export function hidden(letter, statements, names) {
  const texts = [
    [{}, letter],
    ...statements.map((text, statement) => [{ statement }, text]),
    ...names.flatMap((open, name) =>
      ['name', 'role', 'statement'].map((part) => [{ name, part }, open[part] ?? ''])),
  ];
  return texts.flatMap(([place, text]) =>
    [...kinds(text)].map(([character, first]) => ({ ...NOWHERE, ...place, character, ...first })),
  );
}

/** How often and where first each character stands in a text; null for white space at line ends. */
function kinds(text) {
  const found = new Map();
  const note = (character, line, column) => {
    const first = found.get(character) ?? { times: 0, line, column };
    found.set(character, { ...first, times: first.times + 1 });
  };
  text.split('\n').forEach((row, line) => {
    const characters = [...row];
    characters.forEach((character, column) => {
      if (INVISIBLE.test(character) || UNUSUAL_SPACE.test(character)) {
        note(codeOf(character), line + 1, column + 1);
      }
    });
    const bare = [...row.replace(/[ \t]+$/, '')];
    if (bare.length < characters.length) note(null, line + 1, bare.length + 1);
  });
  return found;
}

function codeOf(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
