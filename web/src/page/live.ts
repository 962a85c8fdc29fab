/**
 * The element in which a page lives.
 *
 * What a page says must stand only where its program runs. Browsers save what a page shows: a copy
 * would say "Valid" for ever, and where nothing runs. So everything is drawn into a closed shadow
 * root, which copies of the markup do not have; and in it into an element that is `hidden`, which
 * Chromium's MHTML leaves out, and which only a state of the running element makes visible. What
 * the markup itself holds, and a copy shows, is that the program does not run.
 *
 * In a frame the program does not start: the page around it could lay words of its own over the
 * page's, and a policy in a `<meta>` cannot refuse to be framed.
 */

import { element } from './dom.js';

/**
 * Start a page.
 *
 * @param name of the element in the markup.
 * @param draw draws the page into an element, which is not visible yet.
 */
export function startPage(name: string, draw: (live: HTMLElement) => void): void {
  if (window.top !== window) return;
  customElements.define(
    name,
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
        draw(live);
        internals.states.add('live');
      }
    },
  );
}
