/** The steps in which a person opens a file: a group, a round, an answer, a letter, a mailbox. */

import { type Child, element, foreign } from '../../page/dom.js';
import type { CollectionView, GroupView, Opened, RoundView } from '../engine/interface.js';
import { Refused } from '../worker/client.js';
import { dropLink, readDrop } from './drop.js';
import { button, enters, files, labelled, line, outside } from './fields.js';
import type { Flow } from './flow.js';
import type { Carried, Session } from './session.js';
import { type Name, pieces, say } from './words.js';

type Kind = Opened['kind'];

const CARRIED: readonly Kind[] = ['keys', 'mailbox', 'answer'] satisfies readonly Carried[];

/**
 * Open files that were chosen together, and return the one that is wanted.
 *
 * The others wait for their steps. Two of one kind are refused: which of them is meant, such as
 * which of two key files is the newest, only the person knows.
 */
export async function open(
  session: Session,
  chosen: readonly Blob[],
  wanted: readonly Kind[],
): Promise<Opened> {
  const found: Opened[] = [];
  for (const one of chosen) found.push(await openOne(session, one));
  const asked = found.filter(({ kind }) => wanted.includes(kind));
  const others = found.filter(({ kind }) => !wanted.includes(kind));
  const second = found.find(({ kind }, at) => found.slice(0, at).some((one) => one.kind === kind));
  if (second || asked.length > 1) throw twice((second ?? asked[0]!).kind);
  const stray = others.find(({ kind }) => asked.length === 0 || !CARRIED.includes(kind));
  if (stray) throw other(stray.kind, wanted);
  for (const { kind } of others) session.waiting.add(kind as Carried);
  return asked[0]!;
}

async function openOne(session: Session, chosen: Blob): Promise<Opened> {
  const found = await session.engine.open(chosen);
  if (found.kind === 'group') session.group = found.group;
  if (found.kind === 'round') session.round = found.round;
  // The engine keeps the newest of a kind, so what waited is gone.
  session.waiting.delete(found.kind as Carried);
  return found;
}

function twice(kind: Kind): Refused {
  const message = say('open.twice', { found: say(`kind.${kind}`) });
  return new Refused({ kind: 'MismatchError', message, hint: say('open.twice.hint') });
}

function other(kind: Kind, wanted: readonly Kind[]): Refused {
  const words = wanted.map((one) => say(`kind.${one}`)).join(say('or'));
  return new Refused({
    kind: 'MismatchError',
    message: say('open.other', { found: say(`kind.${kind}`) }),
    hint: say('open.other.hint', { wanted: words }),
  });
}

/**
 * Ask for a file of one of these kinds.
 *
 * @param before stands before the field.
 */
export function askFile<K extends Kind>(
  flow: Flow,
  session: Session,
  name: Name,
  wanted: readonly K[],
  before: readonly Child[] = [],
): Promise<Extract<Opened, { kind: K }>> {
  type Found = Extract<Opened, { kind: K }>;
  return flow.step<Found>(
    say(name),
    ({ settle }) => [
      ...before,
      fileField(name, (chosen) =>
        settle(async () => (await open(session, chosen, wanted)) as Found),
      ),
    ],
    ({ kind }) => [say('opened', { what: say(`kind.${kind}`) })],
  );
}

function fileField(name: Name, take: (chosen: readonly File[]) => void) {
  const id = name.replace('.', '-');
  return labelled(say('file'), files(id, take), say('file.note'));
}

/** Ask for what a slip is for: a group, or a collection of keys; or take the group that is open. */
export function askGroup(flow: Flow, session: Session): Promise<GroupView | CollectionView> {
  const held = session.group;
  return flow.step<GroupView | CollectionView>(
    say('ask.group'),
    ({ settle }) => [
      ...(held
        ? [button('same-group', say('same', { name: held.name }), () => settle(() => held))]
        : []),
      ...noticeOf(session, 'group'),
      fileField('ask.group', (chosen) =>
        settle(async () => {
          const found = await open(session, chosen, ['group', 'collection']);
          return found.kind === 'collection'
            ? found.collection
            : (found as Extract<Opened, { kind: 'group' }>).group;
        }),
      ),
    ],
    (group) => [foreign(group.name)],
  );
}

/** Ask for a round, or for an invitation and its secret, or take the round that is open. */
export async function askRound(flow: Flow, session: Session): Promise<RoundView> {
  const held = session.round;
  const found = await flow.step<RoundView | 'invitation'>(
    say('ask.round'),
    ({ settle }) => [
      ...(held
        ? [button('same-round', say('same', { name: held.title }), () => settle(() => held))]
        : []),
      ...noticeOf(session, 'invitation'),
      fileField('ask.round', (chosen) =>
        settle(async () => {
          const opened = await open(session, chosen, ['round', 'invitation']);
          return opened.kind === 'round' ? opened.round : 'invitation';
        }),
      ),
    ],
    (round) => [
      round === 'invitation'
        ? say('opened', { what: say('kind.invitation') })
        : foreign(round.title),
    ],
  );
  return found === 'invitation' ? askSecret(flow, session) : found;
}

/** Ask for the secret that opens an invitation. */
export function askSecret(flow: Flow, session: Session): Promise<RoundView> {
  return flow.step<RoundView>(
    say('ask.secret'),
    ({ settle }) => {
      const secret = line('secret', session.link.secret);
      const press = () =>
        settle(async () => {
          session.round = await session.engine.openInvitation(secret.value);
          return session.round;
        });
      return [
        labelled(say('secret'), enters(secret, press), say('secret.note')),
        button('open-invitation', say('open'), press, true),
      ];
    },
    (round) => [foreign(round.title)],
  );
}

/** Return how to fetch the group or invitation that lies at a drop page. */
function noticeOf(session: Session, what: 'group' | 'invitation'): Child[] {
  const place = element('p', {});
  const typed = line(
    'drop',
    session.drop?.address ? dropLink(session.drop, session.drop.address, '') : '',
  );
  const show = () => {
    const drop = readDrop(typed.value);
    if (drop) session.drop = drop;
    const link = drop?.address ? dropLink(drop, drop.address, 'notice') : '';
    if (!drop || !link) return place.replaceChildren(say('drop.note'));
    return place.replaceChildren(
      outside('fetch', say(`fetch.${what}`), link),
      ' ',
      outside('fetch-mailbox', say('fetch.mailbox'), dropLink(drop, drop.address, 'mailbox')),
    );
  };
  typed.addEventListener('input', show);
  show();
  const whole = element(
    'details',
    {},
    element('summary', {}, say(`from_drop.${what}`)),
    labelled(say('drop'), typed),
    place,
    element('p', { class: 'note' }, ...pieces('fetch.both')),
  );
  if (session.drop?.address) whole.open = true;
  return [whole];
}
