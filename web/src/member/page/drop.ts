/**
 * The drop page of a mailbox at a relay, by its link.
 *
 * Nothing that was typed becomes part of a link as it is: the link is made anew of the parts that
 * were understood. The schemes are those that the page's policy lets forms go to.
 */

export interface Drop {
  /** `https://relay.example`. */
  readonly relay: string;
  /** Of the mailbox, 64 hexadecimal digits; empty if the link does not say. */
  readonly address: string;
}

const PAGE = /^\/drop\/([0-9a-f]{64})(?:\/(?:notice|mailbox))?\/?$/;

/** Return the drop page that a link leads to; undefined if it is no such link. */
export function readDrop(typed: string): Drop | undefined {
  const text = typed.trim();
  const whole = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  if (!isAllowed(url) || url.username || url.password || !url.hostname) return undefined;
  const relay = url.origin;
  if (/^\/*$/.test(url.pathname)) return { relay, address: '' };
  const found = PAGE.exec(url.pathname);
  return found ? { relay, address: found[1]! } : undefined;
}

/** As the command line: without https, only an onion service and this machine. */
function isAllowed({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  const isNear =
    hostname.endsWith('.onion') || hostname === 'localhost' || hostname === '127.0.0.1';
  return protocol === 'http:' && isNear;
}

/** Return the link of a drop page, or of what it has. */
export function dropLink({ relay }: Drop, address: string, part: '' | 'notice' | 'mailbox' | 'answer'): string {
  return `${relay}/drop/${address}${part && `/${part}`}`;
}
