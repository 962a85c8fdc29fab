/**
 * Elements of the page. All text, whoever wrote it, becomes text nodes, and no module of the page
 * parses HTML: so words can never become elements.
 *
 * Attributes are written by this program; no stranger's words go into one.
 */

export type Child = Node | string;
export type Attributes = Readonly<Record<string, string>>;

const SVG = 'http://www.w3.org/2000/svg';

/** Characters that text in records must not have; shown as U+FFFD, as the Python report does. */
const UNSEEN =
  /[\0-\x08\x0B-\x1F\x7F-\x9F\u2028\u2029\u202A-\u202E\u2066-\u2069]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function fill(made: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
}

/** Return an element of HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  fill(made, attributes, children);
  return made;
}

/** Return an element of SVG. */
export function drawing(name: string, attributes: Attributes, ...children: Child[]): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  fill(made, attributes, children);
  return made;
}

/** Return a stranger's text without the characters that would change how ours is drawn. */
export function shown(text: string): string {
  return text.replace(UNSEEN, '\uFFFD');
}

/** Return a stranger's words, which keep the direction of their script to themselves. */
export function foreign(text: string): HTMLElement {
  return element('bdi', {}, shown(text));
}

/** The longest text that is laid out as one, in UTF-16 units: more than pages of ordinary lines. */
const PIECE = 2 ** 14;

/**
 * Return a stranger's text of many lines, to be put into one element.
 *
 * Browsers need a time for a paragraph that grows with its square if it changes direction often: a
 * letter of a megabyte could keep the page for minutes. So long text is laid out in pieces, which
 * end where a line does. Only a line that is longer than a piece is broken.
 */
export function foreignLines(text: string): Child[] {
  const whole = shown(text);
  if (whole.length <= PIECE) return [whole];
  const pieces: Child[] = [];
  for (let at = 0; at < whole.length;) {
    const end = endOfPiece(whole, at);
    pieces.push(element('span', { class: 'piece' }, whole.slice(at, end)));
    at = end;
  }
  return pieces;
}

function endOfPiece(text: string, start: number): number {
  const most = start + PIECE;
  if (most >= text.length) return text.length;
  const lineEnd = text.lastIndexOf('\n', most - 1);
  if (lineEnd >= start) return lineEnd + 1;
  return /[\uD800-\uDBFF]/.test(text[most - 1]!) ? most - 1 : most;
}
