/**
 * Build the pages: each is one HTML file that loads nothing.
 *
 *     node build.mjs page FILE         the reader's page
 *     node build.mjs member-page FILE  the member's page
 *     node build.mjs engine FILE       the verifying engine alone, as a module for Node
 *     node build.mjs harness FILE      a page for tests, with the same worker and policy
 *     node build.mjs curve FILE        the arithmetic of the engine, as a module for tests
 *     node build.mjs member FILE       the member's engine and its steps, as a module for tests
 *     node build.mjs hashes FILE       the hashes of the engine, as a module for tests
 *     node build.mjs member-harness FILE  a page for measurements of the member's engine
 *
 * The same sources and locked packages give the same bytes on every machine.
 *
 * The policy in the page names the only script and the only style sheet by their SHA-256, which
 * browsers compute over the text after parsing. So the text must survive parsing as it is: no CR,
 * no NUL, and nothing that ends or changes the state of a script or style element.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Return ranges of numbers as `unpackRanges` of packed.ts reads them. */
function packRanges(ranges) {
  const digits = (step, more) => {
    const rest = step >= 45 ? digits(Math.floor(step / 45), 45) : '';
    return rest + String.fromCharCode(35 + (step % 45) + more);
  };
  const bounds = ranges.flatMap(([first, last]) => [first, last + 1]);
  return bounds.map((bound, i) => digits(bound - (bounds[i - 1] ?? 0), 0)).join('');
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SYMBOLS = [...'~^'].flatMap((mark) => [...ALPHABET].map((letter) => mark + letter));

/**
 * Return a text with what repeats in it replaced by symbols of two characters, as `lengthen` of
 * packed.ts reads it: first what they stand for. One at a time, that which saves the most is
 * replaced; it begins and ends where words or symbols do, in one line and between tabs.
 */
function shorten(text) {
  if (/[~^]/.test(text)) throw new Error('a text has a character that begins symbols');
  const repeated = [];
  for (const symbol of SYMBOLS) {
    const edges = [...text.matchAll(/(?<![~^])(?:\b|(?<=\W|[~^]\w))/g)].map(({ index }) => index);
    const counts = new Map();
    edges.forEach((from, i) => {
      for (const to of edges.slice(i + 1, i + 12)) {
        const part = text.slice(from, to);
        if (/[\t\n]/.test(part)) break;
        counts.set(part, (counts.get(part) ?? 0) + 1);
      }
    });
    let [most, best] = [0, ''];
    for (const [part, count] of counts) {
      const saved = count * (part.length - symbol.length) - part.length - 1;
      if (saved > most) [most, best] = [saved, part];
    }
    if (!most) break;
    text = text.replaceAll(best, symbol);
    repeated.push(best);
  }
  return `${repeated.join('\t')}\n${text}`;
}

/** Return texts, or pairs of one for 1 and one for other numbers, as `unpack` of packed.ts reads them. */
function pack(table) {
  const names = Object.keys(table);
  const lines = names.map((name, i) => {
    const before = names[i - 1] ?? '';
    let shared = 0;
    while (shared < 35 && shared < name.length && name[shared] === before[shared]) shared++;
    const texts = Object.values(typeof table[name] === 'string' ? [table[name]] : table[name]);
    if (texts.some((text) => /[\t\n]/.test(text))) throw new Error(`${name} has a tab or a line end`);
    return [shared.toString(36) + name.slice(shared), ...texts].join('\t');
  });
  return shorten(lines.join('\n'));
}

const read = (path) => JSON.parse(readFileSync(at(path), 'utf8'));

/** Provide packed tables: the modules `ranges:NAME`, `texts:words` and `texts:invisible`. */
const tables = (passes) => ({
  name: 'tables',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(ranges|texts):/ }, ({ path }) => ({ path, namespace: 'tables' }));
    onLoad({ filter: /^ranges:/, namespace: 'tables' }, ({ path }) => ({
      contents: packRanges(read(`../tests/vectors/${path.slice('ranges:'.length)}.json`)),
      loader: 'text',
    }));
    onLoad({ filter: /^texts:words$/, namespace: 'tables' }, () => {
      const all = Object.entries(read('../cosign/reports/words.json'));
      const kept = Object.fromEntries(all.filter(([name]) => passes(name)));
      return { contents: pack(kept), loader: 'text' };
    });
    onLoad({ filter: /^texts:invisible$/, namespace: 'tables' }, () => ({
      contents: pack(read('src/page/invisible.json')),
      loader: 'text',
    }));
  },
});

/** The page has not what only the reports in Python say, such as what is for terminals. */
const PAGE_WORDS = (name) =>
  !/^(text\.|page_state\.|(stamp\.(checked|broken)|title|remark\.page|caveat\.page|joint\.valid|letter\.(image|target)|again\.page(_command)?|count\.key)$)/.test(
    name,
  );
const ENGINE_WORDS = (name) =>
  /^(not_checked\.|some\.|publishers\.|noun\.|hidden\.(use\.|line_end))/.test(name);

/** The member's engine says, beside that, what letters hide and how anonymous groups are. */
const MEMBER_WORDS = (name) =>
  /^(some\.|publishers\.|noun\.|not_checked\.|hidden\.|anonymity\.|count\.ssh_key)/.test(name);

const OPTIONS = {
  absWorkingDir: at('.'),
  bundle: true,
  write: false,
  minify: true,
  charset: 'ascii', // the bytes mean the same in every encoding that a server may claim
  legalComments: 'inline',
  target: ['chrome110', 'firefox115', 'safari16'],
  logLevel: 'warning',
  define: { VERSION: JSON.stringify(version()) },
};

/** Return the version of the library to which the page belongs. */
function version() {
  const source = readFileSync(at('../cosign/__init__.py'), 'utf8');
  return /^__version__(?:: \w+)? = "([^"]+)"$/m.exec(source)[1];
}

/**
 * In the member's page hashes see secrets, so a library computes them there, also for the verifier's
 * code (docs/adr/0062).
 */
const LIBRARY_HASHES = {
  name: 'hashes',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/sha2\.js$/ }, () => ({ path: at('src/member/engine/sha2.ts') }));
  },
};

async function bundle(entry, { words = ENGINE_WORDS, ...options }) {
  const plugins = [tables(words), ...(words === MEMBER_WORDS ? [LIBRARY_HASHES] : [])];
  const { outputFiles } = await build({ ...OPTIONS, ...options, entryPoints: [entry], plugins });
  return outputFiles[0].text;
}

/** Return a text and its source expression; refuse one that does not survive parsing. */
function hashed(text, element) {
  if (/[\r\0]/.test(text) || new RegExp(`</${element}|<!--`, 'i').test(text)) {
    throw new Error(`the ${element} would not be the same after parsing`);
  }
  return [text, `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`];
}

/** Where a letter goes: readers look for these bytes, and there must be one place (docs/spec.md). */
const MARKER = '<script type="text/plain" id="letter">';

/** Build a page of a template, its one script and its one style sheet. */
async function page(template, entry, words, css, more = {}) {
  const options = { format: 'iife', words };
  const [script, scriptSource] = hashed(await bundle(entry, options), 'script');
  const [style, styleSource] = hashed(css ? await bundle(css, {}) : '', 'style');
  const policy = [
    "default-src 'none'",
    "base-uri 'none'",
    `form-action ${more.forms ?? "'none'"}`,
    `script-src ${[scriptSource, ...(more.script ?? [])].join(' ')}`,
    `style-src ${styleSource}`,
    'worker-src blob:',
  ].join('; ');
  const values = { policy, style, script };
  return readFileSync(at(template), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

/**
 * Where forms of the member's page may go: a relay's address is not known when the page is built.
 * As for the command line, it has TLS, or is an onion service, or on this machine.
 */
const DROP_PAGES = 'https: http://*.onion:* http://localhost:* http://127.0.0.1:*';

const TARGETS = {
  page: async () => {
    const text = await page(
      'src/page/page.html',
      'src/page/main.ts',
      PAGE_WORDS,
      'src/page/page.css',
    );
    if (text.split(MARKER).length !== 2) throw new Error('the page has not exactly one marker');
    return text;
  },
  'member-page': () =>
    page(
      'src/member/page/member.html',
      'src/member/page/main.ts',
      MEMBER_WORDS,
      'src/member/page/member.css',
      { forms: DROP_PAGES, script: ["'wasm-unsafe-eval'"] },
    ),
  engine: () => bundle('src/verifier/index.ts', { format: 'esm', platform: 'neutral' }),
  curve: () => bundle('src/harness/curve.ts', { format: 'esm', platform: 'neutral' }),
  member: () =>
    bundle('src/harness/member.ts', {
      format: 'esm',
      platform: 'neutral',
      words: MEMBER_WORDS,
    }),
  hashes: () => bundle('src/verifier/sha2.ts', { format: 'esm', platform: 'neutral' }),
  harness: () => page('src/harness/page.html', 'src/harness/main.ts', ENGINE_WORDS),
  'member-harness': () =>
    page('src/harness/member.html', 'src/harness/member_page.ts', MEMBER_WORDS, undefined, {
      script: ["'wasm-unsafe-eval'"],
    }),
};

const [target, file] = process.argv.slice(2);
if (!(target in TARGETS) || file === undefined) {
  console.error('usage: node build.mjs page|member-page|engine|curve|hashes|member|harness|member-harness FILE');
  process.exit(2);
}
const text = await TARGETS[target]();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, text);
