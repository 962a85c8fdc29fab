/** The steps in which a person opens a file: a group, a round, an answer, a letter, a mailbox. */

import { type Child, element, foreign } from '../../page/dom.js';
import type { CollectionView, GroupView, Opened, RoundView } from '../engine/interface.js';
import { Refused } from '../worker/client.js';
import { dropLink, readDrop } from './drop.js';
import { button, enters, file, labelled, line, outside } from './fields.js';
import type { Flow } from './flow.js';
import type { Session } from './session.js';
import { type Name, pieces, say } from './words.js';

type Kind = Opened['kind'];

/** Open a file; refuse another kind than those that are wanted. */
async function open(session: Session, chosen: Blob, wanted: readonly Kind[]): Promise<Opened> {
  const found = await session.engine.open(chosen);
  if (found.kind === 'group') session.group = found.group;
  if (found.kind === 'round') session.round = found.round;
  if (!wanted.includes(found.kind)) {
    throw new Refused({
      kind: 'MismatchError',
      message: say('open.other', { found: say(`kind.${found.kind}`) }),
      hint: say('open.other.hint', {
        wanted: wanted.map((kind) => say(`kind.${kind}`)).join(say('or')),
      }),
    });
  }
  return found;
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

function fileField(name: Name, take: (chosen: File) => void, about: readonly Child[] = []) {
  const id = name.replace('.', '-');
  return labelled(say('file'), file(id, take), ...about);
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
    place.replaceChildren(link ? outside('fetch', say(`fetch.${what}`), link) : say('drop.note'));
  };
  typed.addEventListener('input', show);
  show();
  const whole = element(
    'details',
    {},
    element('summary', {}, say(`from_drop.${what}`)),
    labelled(say('drop'), typed),
    place,
    element('p', { class: 'note' }, ...pieces('fetch.note')),
  );
  if (session.drop?.address) whole.open = true;
  return [whole];
}
