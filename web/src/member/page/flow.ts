/**
 * A task: steps below each other, each of which appears when the one before is done.
 *
 * A step that is done keeps a line of what was given, and its fields are gone, with all that was
 * typed into them.
 */

import { type Child, element } from '../../page/dom.js';
import { type Engine, Refused } from '../worker/client.js';
import { button } from './fields.js';
import { say, sentence } from './words.js';

export interface Step<T> {
  /**
   * Work on what was given, and end the step; a refusal is shown, and can be mended.
   *
   * @param canStop offers to stop the work.
   */
  settle(work: () => T | Promise<T>, canStop?: boolean): void;
  /** Say what is wrong with what was given. */
  complain(words: string, field?: HTMLElement): void;
}

export class Flow {
  readonly place = element('div', { class: 'flow' });
  readonly engine: Engine;
  /** Whether the person went elsewhere: what a step makes afterwards is given up. */
  isLeft = false;
  #isFirst = true;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /**
   * Ask for something.
   *
   * @param name of the step.
   * @param build returns what stands in the step.
   * @param done returns what is left of it afterwards; nothing at all if it returns nothing.
   */
  step<T>(
    name: string,
    build: (step: Step<T>) => readonly Child[],
    done: (value: T) => readonly Child[] = () => [],
  ): Promise<T> {
    return new Promise((resolve) => {
      const heading = element('h3', { tabindex: '-1' }, name);
      const wrong = element('p', { class: 'wrong', role: 'alert' });
      const work = this.#makeWork();
      const body = element('fieldset', {}, element('legend', {}, heading));
      const whole = element('section', { class: 'step' }, body, wrong, work.whole);
      const complain = (words: string, field?: HTMLElement) => {
        wrong.textContent = words;
        field?.setAttribute('aria-invalid', 'true');
        field?.focus();
      };
      const settle = async (give: () => T | Promise<T>, canStop = false) => {
        complain('');
        for (const field of body.querySelectorAll('[aria-invalid]')) {
          field.removeAttribute('aria-invalid');
        }
        body.disabled = true;
        work.begin(canStop);
        try {
          const value = await give();
          const left = done(value);
          if (left.length > 0) body.replaceChildren(element('legend', {}, heading), ...left);
          else whole.remove();
          whole.classList.add('done');
          resolve(value);
        } catch (error) {
          complain(words(error));
        } finally {
          body.disabled = false;
          work.end();
        }
      };
      body.append(...build({ settle: (...given) => void settle(...given), complain }));
      this.place.append(whole);
      this.#goTo(heading);
    });
  }

  /** Show the end of the task, or something on the way. */
  show(name: string, ...children: readonly Child[]): HTMLElement {
    const heading = element('h3', { tabindex: '-1' }, name);
    const whole = element('section', { class: 'step' }, heading, ...children);
    this.place.append(whole);
    this.#goTo(heading);
    return whole;
  }

  /** Go to what is new; the first step stands right below the task's own name. */
  #goTo(heading: HTMLElement): void {
    if (!this.#isFirst) heading.focus();
    this.#isFirst = false;
  }

  #makeWork() {
    const status = element('p', { role: 'status' });
    const bar = element('progress', { 'aria-label': say('work.bar'), hidden: '' });
    const stop = button('stop', say('work.stop'), () => this.engine.stop());
    const whole = element('div', { class: 'work' }, status, bar, stop);
    stop.hidden = true;
    return {
      whole,
      begin: (canStop: boolean) => {
        stop.hidden = !canStop;
        status.textContent = say('work');
        this.engine.onProgress = (done, of) => {
          bar.hidden = false;
          bar.max = Math.max(done, of, 1);
          bar.value = done;
        };
      },
      end: () => {
        status.textContent = '';
        bar.hidden = stop.hidden = true;
      },
    };
  }
}

/** Return what to tell about an error. */
export function words(error: unknown): string {
  if (!(error instanceof Refused)) throw error;
  const { kind, message, hint } = error.problem;
  const said = kind === 'failed' ? say('failed', { message }) : message;
  return [said, hint].filter(Boolean).map(sentence).join(' ');
}
