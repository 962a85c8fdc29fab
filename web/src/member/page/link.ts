/** What the link with which the page was opened has behind its `#`; browsers send that nowhere. */

import { type Drop, readDrop } from './drop.js';

export interface Link {
  /** From a slip. */
  readonly voucher: string;
  /** Opens an invitation. */
  readonly secret: string;
  readonly drop: Drop | undefined;
}

/** Return what the link has, and take it out of the address bar. */
export function takeLink(): Link {
  const { hash } = location;
  if (hash) history.replaceState(null, '', location.pathname + location.search);
  const given = new URLSearchParams(hash.slice(1));
  return {
    voucher: given.get('voucher') ?? '',
    secret: given.get('secret') ?? '',
    drop: readDrop(given.get('drop') ?? ''),
  };
}

/** Take a link that is opened where the page is open already, too. */
export function onLink(take: (link: Link) => void): void {
  addEventListener('hashchange', () => take(takeLink()));
}

/** Do something when the page is left; it begins anew if the browser shows it again. */
export function onLeaving(close: () => void): void {
  addEventListener('pagehide', close);
  // Browsers may keep a page that is left, and show it again as it was, with its keys open.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
}

/** Return where the page was loaded from. */
export function loadedFrom(): { readonly isFile: boolean; readonly where: string } {
  return { isFile: location.protocol === 'file:', where: location.href.replace(/#.*/, '') };
}
