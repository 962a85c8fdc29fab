/** The records of letters of several groups (docs/spec.md, "Campaigns", "Joint letter"). */

import { areDistinct, compare } from '../bytes.js';
import { array, row, uint } from '../codecs.js';
import { checkPublicKey } from '../ed25519.js';
import { NotValid } from '../errors.js';
import { type RecordOf, embedded, record } from '../record.js';
import * as limits from './limits.js';

const GROUP_LIMIT = 16;
const CAMPAIGN_LIMIT = 16;
const LENGTH_LIMIT = 2 ** 48;
const CUT = 'the file is cut off or damaged; get it again from where it was published';

export const CampaignTerms = record(
  'campaign-terms',
  4880,
  {
    title: limits.name,
    letter_id: limits.id,
    organizer_key: limits.ed25519Key,
    rounds: array(row(limits.id, limits.id, limits.name), 2, GROUP_LIMIT),
  },
  ({ organizer_key, rounds }) => {
    checkPublicKey(organizer_key);
    if (!ascend(rounds.map(([round]) => round))) {
      throw new NotValid('the rounds of a campaign do not ascend, or one is there twice');
    }
    if (!areDistinct(rounds.map(([, group]) => group))) {
      throw new NotValid('a campaign asks one group twice');
    }
  },
);

export const Campaign = record('campaign', 4980, {
  terms: embedded(CampaignTerms),
  signature: limits.ed25519Signature,
});

export const JointHeader = record(
  'joint-letter',
  80_628,
  {
    campaigns: array(embedded(Campaign), 0, CAMPAIGN_LIMIT),
    parts: array(row(limits.id, uint(0, LENGTH_LIMIT)), 2, GROUP_LIMIT),
  },
  ({ campaigns, parts }) => {
    if (!ascend(campaigns.map(({ raw }) => raw))) {
      throw new NotValid('the campaigns of a joint letter do not ascend');
    }
    if (!ascend(parts.map(([round]) => round))) {
      const said = 'the rounds of a joint letter do not ascend, or one is there twice';
      throw new NotValid(said, CUT);
    }
  },
);

export type CampaignTerms = RecordOf<typeof CampaignTerms>;
export type Campaign = RecordOf<typeof Campaign>;

function ascend(strings: readonly Uint8Array[]): boolean {
  return strings.every((one, place) => place === 0 || compare(strings[place - 1]!, one) < 0);
}
