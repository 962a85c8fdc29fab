/**
 * The frames of a published file.
 *
 * docs/spec.md, "Published letter". This module cuts the file and checks its trailer against what
 * comes before; the round in the header and the proofs are checked elsewhere.
 */

import { compareBytes, equalBytes, u64, utf8 } from './bytes.mjs';
import { identifier, runningHash } from './hashing.mjs';
import { must } from './not_valid.mjs';
import { mustBeSigned } from './points.mjs';
import { Cosignature, OpenCosignature, PublishedHeader, PublishedTrailer, TimeStamp } from './records.mjs';

const MAGIC = utf8('COSIGNED LETTER\n');
const MOST_STAMPS = 16;

/** The longest record between header and trailer. */
const LONGEST_RECORD = Math.max(Cosignature.cap, OpenCosignature.cap);

/** {header, roundId, cosignatures, stamps} of a file that is whole and signed by the round's organizer. */
export function readPublished(bytes) {
  must(equalBytes(bytes.subarray(0, MAGIC.length), MAGIC), 'no published letter');
  let at = MAGIC.length;
  const nextFrame = (longest) => {
    must(at + 4 <= bytes.length, 'the file ends without a trailer');
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
    must(length <= longest, 'a frame is longer than its record can be');
    must(length <= bytes.length - at - 4, 'the file ends within a frame');
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };

  const header = PublishedHeader.read(nextFrame(PublishedHeader.cap));
  const cosignatures = [];
  let beforeTrailer = at;
  let frame = nextFrame(LONGEST_RECORD);
  while (!PublishedTrailer.begins(frame)) {
    cosignatures.push(readRecord(frame));
    beforeTrailer = at;
    frame = nextFrame(LONGEST_RECORD);
  }
  const stamps = [];
  while (at < bytes.length) {
    const stamp = nextFrame(TimeStamp.cap);
    const last = stamps.at(-1);
    must(!last || compareBytes(last, stamp) < 0, 'time stamps are out of order');
    TimeStamp.read(stamp);
    stamps.push(stamp);
  }
  must(stamps.length <= MOST_STAMPS, 'there are too many time stamps');

  const { terms } = header.round;
  const roundId = identifier('cosign/v1/round-id', terms.bytes);
  const { count, digest, signature } = PublishedTrailer.read(frame);
  must(count === cosignatures.length, 'the trailer counts other records');
  const hash = runningHash('cosign/v1/published-hash', bytes.subarray(0, beforeTrailer));
  must(equalBytes(digest, hash), 'the trailer is of another content');
  mustBeSigned(
    terms.organizer_key, signature, 'cosign/v1/published-signature', roundId, u64(count), digest,
  );
  return { header, roundId, cosignatures, stamps };
}

/** A record of either kind, with its action; one with a `name` is open. */
function readRecord(frame) {
  if (!OpenCosignature.begins(frame)) return Cosignature.read(frame);
  return { ...OpenCosignature.read(frame), action: 'cosign' };
}
