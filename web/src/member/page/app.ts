/** The member's page: what to know first, then the steps, one at a time. */

import { element } from '../../page/dom.js';
import { startEngine } from '../worker/client.js';
import { button } from './fields.js';
import { Flow } from './flow.js';
import { introduction, linkNotice } from './introduction.js';
import { type Link, onLeaving, onLink, takeLink } from './link.js';
import type { Session } from './session.js';
import { showKeys } from './showing.js';
import { compare } from './tasks/compare.js';
import { enrol, finish } from './tasks/enrol.js';
import { forget } from './tasks/forget.js';
import { memberKey } from './tasks/member_key.js';
import { check, claim } from './tasks/published.js';
import { sign, withdraw } from './tasks/sign.js';
import { say } from './words.js';

/** Of the library to which the page belongs; the build puts it here. */
declare const VERSION: string;

const TASKS = { compare, enrol, finish, key: memberKey, sign, withdraw, check, claim, forget };
type Task = keyof typeof TASKS;

const MENU: readonly (readonly [name: 'before' | 'during' | 'after', tasks: readonly Task[]])[] = [
  ['before', ['compare', 'enrol', 'finish', 'key']],
  ['during', ['sign', 'withdraw']],
  ['after', ['check', 'claim', 'forget']],
];

export class App {
  readonly #session: Session;
  readonly #start: HTMLElement;
  readonly #again: HTMLElement;
  readonly #menu: HTMLElement;
  readonly #task = element('div', { id: 'task', hidden: '' });
  readonly #keys = element('div', { id: 'held', hidden: '' });
  readonly #notice = element('div', {});
  #waits = false;
  #flow: Flow | undefined;

  /** Draw the page into an element, and start its worker. */
  constructor(live: HTMLElement) {
    const link = takeLink();
    this.#session = {
      engine: startEngine(say('failed.hint')),
      link,
      drop: link.drop,
      group: undefined,
      round: undefined,
      waiting: new Set(),
      keys: undefined,
      onKeys: () => this.#drawKeys(),
      onWait: (waits) => {
        this.#waits = waits;
      },
    };
    const begin = button('begin', say('begin'), () => this.#begin(), true);
    this.#again = button('come-back', say('begin.again'), () => this.#begin('finish'));
    this.#again.hidden = !link.voucher;
    this.#notice.replaceChildren(...linkNotice(link));
    this.#start = element(
      'div',
      { id: 'start' },
      this.#notice,
      ...introduction(this.#session),
      element('p', {}, begin, ' ', this.#again),
    );
    this.#menu = this.#makeMenu();
    live.append(
      element('header', {}, element('h1', {}, say('title'))),
      this.#start,
      this.#menu,
      this.#keys,
      this.#task,
      element('footer', {}, say('footer', { version: VERSION })),
    );
    onLink((opened) => this.#takeLink(opened));
    // A key file that was not loaded back yet would be lost with what was made.
    addEventListener('beforeunload', (event) => {
      if (this.#waits) event.preventDefault();
    });
    onLeaving(() => this.#session.engine.end());
    // Without this the browser would leave the page and open a file that is dropped on it.
    for (const name of ['dragover', 'drop']) {
      document.addEventListener(name, (event) => event.preventDefault());
    }
  }

  /** Begin with another link, unless a step is under way that has to be finished first. */
  #takeLink(link: Link): void {
    this.#session.link = link;
    // What is about to be handed in goes where the person meant it to go.
    if (!this.#waits) this.#session.drop = link.drop ?? this.#session.drop;
    this.#notice.replaceChildren(...linkNotice(link));
    this.#again.hidden = !link.voucher;
    if (this.#waits) return;
    this.#showMenu();
    this.#menu.hidden = true;
    this.#start.hidden = false;
  }

  #makeMenu(): HTMLElement {
    const whole = element('nav', { id: 'menu', hidden: '', 'aria-label': say('menu') });
    for (const [name, tasks] of MENU) {
      const rows = tasks.map((task) =>
        element(
          'li',
          {},
          button(`do-${task}`, say(`task.${task}`), () => this.#show(task)),
          element('p', { class: 'note' }, say(`task.${task}.note`)),
        ),
      );
      whole.append(element('h2', {}, say(`menu.${name}`)), element('ul', {}, ...rows));
    }
    return whole;
  }

  /** Show a task, or the steps; where a link has a voucher or a secret, begin what it is for. */
  #begin(task?: Task): void {
    this.#start.hidden = true;
    const { voucher, secret } = this.#session.link;
    if (task) this.#show(task);
    else if (voucher) this.#show('enrol');
    else if (secret) this.#show('sign');
    else this.#showMenu();
  }

  #show(task: Task): void {
    const name = element('h2', { tabindex: '-1' }, say(`task.${task}`));
    const flow = new Flow(this.#session.engine);
    this.#flow = flow;
    const back = button('back', say('back'), () => this.#leave());
    this.#task.replaceChildren(back, name, flow.place);
    this.#menu.hidden = true;
    this.#task.hidden = false;
    name.focus();
    void TASKS[task](flow, this.#session);
  }

  /** Leave a task. What waits for its key file is given up, once the person has said so. */
  #leave(): void {
    if (this.#waits && !window.confirm(say('leave'))) return;
    this.#waits = false;
    this.#showMenu();
  }

  #showMenu(): void {
    if (this.#flow) this.#flow.isLeft = true;
    this.#session.engine.stop();
    // It comes after what is at work now. A worker that failed has nothing left.
    this.#session.engine.discard().catch(() => {});
    this.#task.hidden = true;
    this.#task.replaceChildren();
    this.#menu.hidden = false;
    this.#menu.querySelector('button')?.focus();
  }

  #drawKeys(): void {
    const { keys, engine } = this.#session;
    this.#keys.hidden = keys === undefined;
    if (!keys) {
      this.#keys.replaceChildren();
      return;
    }
    const close = button('lock', say('keys.close'), () => {
      if (this.#waits) return;
      void engine.lock();
      this.#session.keys = undefined;
      this.#drawKeys();
      this.#showMenu();
    });
    this.#keys.replaceChildren(
      element('details', {}, element('summary', {}, say('keys.open')), ...showKeys(keys), close),
    );
  }
}
