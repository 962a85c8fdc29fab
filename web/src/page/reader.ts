/**
 * The element in which the page lives: takes a letter and a fingerprint, and draws what the worker
 * finds.
 *
 * A verdict must stand only in a page whose program runs. Browsers save what a page shows: a copy
 * would say "Valid" for ever, and where nothing runs. So everything is drawn into a closed shadow
 * root, which copies of the markup do not have; and in it into an element that is `hidden`, which
 * Chromium's MHTML leaves out, and which only a state of the running element makes visible. What
 * the markup itself holds, and a copy shows, is "Not verified". The title never tells the verdict.
 *
 * In a frame the program does not start: the page around it could lay words of its own over the
 * verdict, and a policy in a `<meta>` cannot refuse to be framed.
 *
 * The page stores nothing: in Chromium all files of a disk share one storage.
 */

import { App } from './app.js';
import { element } from './dom.js';

/** Start the page. */
export function startReader(): void {
  if (window.top !== window) return;
  customElements.define(
    'cosign-reader',
    class extends HTMLElement {
      constructor() {
        super();
        const internals = this.attachInternals();
        const root = this.attachShadow({ mode: 'closed' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(document.querySelector('style')?.textContent ?? '');
        root.adoptedStyleSheets = [sheet];
        const live = element('div', { id: 'live', hidden: '' });
        root.append(live, element('slot', {}));
        new App(live);
        internals.states.add('live');
      }
    },
  );
}
