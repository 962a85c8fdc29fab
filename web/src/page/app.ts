/** The page at work: idle, checking, done. */

import { type Event, type Outcome, programFailed } from '../verifier/outcome.js';
import { readGroupFile, startVerification, type Verification } from '../worker/client.js';
import { element } from './dom.js';
import { type Form, makeForm } from './form.js';
import { drawJoint } from './joint.js';
import { drawNotJudged, drawRefusal, drawReport, headlineOf, type Place } from './report.js';
import { drawLetter } from './sections.js';
import { phrase, pieces } from './words.js';

/** Where a letter that has the page inside keeps the published file, armored. */
const BLOCK = '#letter';

export class App {
  readonly #place: Place;
  readonly #inside: Blob | undefined;
  readonly #form: Form;
  readonly #status = element('p', { id: 'status', role: 'status' });
  readonly #progress = element('progress', { 'aria-label': phrase('page.progress'), hidden: '' });
  readonly #sofar = element('p', { id: 'sofar', class: 'note' });
  readonly #stop = element(
    'button',
    { type: 'button', id: 'stop', hidden: '' },
    phrase('page.button.stop'),
  );
  readonly #report = element('div', { id: 'report' });
  #running: Verification | undefined;
  #turn = 0;
  /** The text of the letter inside the page, once it was read. */
  #text: string | undefined;

  /** Draw the page into an element; check the letter inside the page, if there is one. */
  constructor(live: HTMLElement) {
    const text = document.querySelector(BLOCK)?.textContent?.trim() ?? '';
    this.#inside = text ? new Blob([text]) : undefined;
    this.#place = text ? 'letter' : 'page';
    this.#form = makeForm(
      this.#place,
      readGroupFile,
      () => void this.#check(true),
      () => this.#changed(),
    );
    const work = element(
      'div',
      { id: 'work' },
      this.#status,
      this.#progress,
      this.#sofar,
      this.#stop,
    );
    const about = element('div', { id: 'about' }, ...this.#introduction());
    const whose = element('summary', {}, phrase('page.inside.group'));
    const form =
      this.#place === 'letter' ? element('details', {}, whose, this.#form.whole) : this.#form.whole;
    live.append(about, form, work, this.#report);
    this.#stop.addEventListener('click', () => this.#takeBack(phrase('page.stopped')));
    this.#takeDrops(live);
    if (this.#inside) void this.#check(false);
  }

  #introduction(): HTMLElement[] {
    const name = this.#inside ? 'page.inside' : 'page.check';
    const said = [element('h1', {}, phrase(name)), element('p', {}, phrase(`${name}.lead`))];
    if (!this.#inside) return said;
    const link = element(
      'a',
      { id: 'save', href: URL.createObjectURL(this.#inside), download: 'published.letter' },
      phrase('page.inside.save'),
    );
    return [...said, element('p', {}, ...pieces('page.inside.saved', { link }))];
  }

  #takeDrops(live: HTMLElement): void {
    // Without this the browser would leave the page and open the file.
    document.addEventListener('dragover', (event) => event.preventDefault());
    document.addEventListener('drop', (event) => this.#takeDrop(event, null));
    live.addEventListener('drop', (event) => this.#takeDrop(event, event.target));
  }

  #takeDrop(event: DragEvent, target: EventTarget | null): void {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    // What becomes of them must be seen.
    this.#form.whole.closest('details')?.setAttribute('open', '');
    this.#form.drop(files, target);
  }

  async #check(asked: boolean): Promise<void> {
    const letter = this.#inside ?? this.#form.letter();
    if (!letter) {
      this.#form.complain(phrase('page.letter.missing'));
      return;
    }
    const turn = this.#stopRunning();
    this.#report.replaceChildren();
    this.#work(phrase('page.reading'));
    try {
      const pin = await this.#form.pin();
      if (turn !== this.#turn) return;
      if (pin && 'error' in pin) {
        // Without a pin the letter could be valid, and the reader did name a group.
        this.#done({ report: { exit_code: 2, ...pin } }, asked);
        return;
      }
      this.#running = startVerification(letter, pin?.digits, (event) => {
        if (turn === this.#turn) this.#tell(event);
      });
      const outcome = await this.#running.outcome;
      if (turn === this.#turn) this.#done(outcome, asked);
    } catch (error) {
      // A browser that allows no workers to pages like this one.
      if (turn === this.#turn) this.#done(programFailed(String(error)), asked);
    }
  }

  /** End a check that is under way, whose news come too late then; return the next one's number. */
  #stopRunning(): number {
    this.#running?.stop();
    this.#running = undefined;
    this.#turn += 1;
    return this.#turn;
  }

  /** Take back what is shown, except for the letter in the page, and say why. */
  #takeBack(why: string): void {
    this.#report.replaceChildren();
    if (this.#text !== undefined) this.#report.append(drawLetter(this.#text, [why]));
    this.#end(why);
  }

  /** A field has changed, so what is shown is about something else. */
  #changed(): void {
    if (this.#report.childElementCount > 0 || this.#running) {
      this.#takeBack(phrase('page.stale'));
    }
  }

  #work(status: string): void {
    this.#status.classList.remove('aloud');
    this.#status.textContent = status;
    this.#progress.removeAttribute('value');
    this.#progress.hidden = this.#stop.hidden = false;
    this.#sofar.textContent = '';
  }

  #tell(event: Event): void {
    if (event.kind === 'opened') {
      this.#status.textContent = phrase('page.checking');
      if (this.#inside) this.#text = event.letter;
      this.#report.replaceChildren(drawLetter(event.letter, [phrase('page.checking.letter')]));
      return;
    }
    this.#progress.max = Math.max(event.about, event.done, 1);
    this.#progress.value = event.done;
    this.#sofar.textContent = phrase('page.progress.so_far', {
      done: event.done,
      about: event.about,
    });
  }

  #done({ report, letter, inPage = false }: Outcome, asked: boolean): void {
    if (!('valid' in report)) {
      this.#report.replaceChildren(drawNotJudged(report));
      this.#end(phrase('page.not_judged'), true);
    } else if (!report.valid) {
      this.#report.replaceChildren(drawRefusal(report));
      this.#end(phrase('headline.not_valid'), true);
    } else {
      this.#report.replaceChildren(
        'joint' in report
          ? drawJoint(report, letter ?? '', this.#place, inPage)
          : drawReport(report, letter ?? '', this.#place, inPage),
      );
      this.#end(headlineOf(report), true);
    }
    if (asked) this.#report.querySelector<HTMLElement>('#verdict')?.focus();
  }

  /** Tell how the check ended; only aloud if the report has these words as its headline. */
  #end(status: string, aloud = false): void {
    this.#stopRunning();
    this.#status.classList.toggle('aloud', aloud);
    this.#status.textContent = status;
    this.#progress.hidden = this.#stop.hidden = true;
    this.#sofar.textContent = '';
  }
}
