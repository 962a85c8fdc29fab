/** The published file: magic line, header, records, trailer (docs/spec.md, "Published letter"). */

import { type Bytes, compare, concat, equal, startsWith, u64, utf8 } from './bytes.js';
import { isValidSignature } from './ed25519.js';
import { NotJudged, NotValid } from './errors.js';
import { H, RunningHash } from './hashing.js';
import { START_BYTES, foreignKind } from './kinds.js';
import { PUBLISHED_HASH, PUBLISHED_SIGNATURE } from './labels.js';
import { OpenCosignature, PublishedHeader, PublishedTrailer, TimeStamp } from './records/published.js';
import type { RecordOf } from './record.js';
import type { TimeStamp as TimeStampReport } from './report.js';
import type { Source } from './source.js';
import { readStamp } from './time_stamp.js';

export const MAGIC = utf8('COSIGNED LETTER\n');
export const JOINT_MAGIC = utf8('JOINT COSIGNED LETTER\n');
const RECORD_LIMIT = 4_000_000;
const STAMP_LIMIT = 16;
const HINT = 'the file is cut off or damaged; get it again from where it was published';

/** Reads a published file once, from front to end, in bounded memory. */
export class PublishedReader {
  readonly header: RecordOf<typeof PublishedHeader>;
  /** The time stamps that follow the trailer; known when `records` has ended. */
  stamps: readonly TimeStampReport[] = [];
  readonly #file: Source;
  readonly #running: RunningHash;
  #count = 0;

  private constructor(
    file: Source,
    header: RecordOf<typeof PublishedHeader>,
    running: RunningHash,
  ) {
    this.#file = file;
    this.header = header;
    this.#running = running;
  }

  /** Read magic line and header. Throws NotJudged if the file is no published letter. */
  static async open(file: Source): Promise<PublishedReader> {
    const start = await file.peek(START_BYTES);
    const magic = MAGIC.subarray(0, start.length);
    if (start.length === 0 || !startsWith(start, magic)) {
      if (startsWith(start, JOINT_MAGIC)) {
        throw new NotJudged(
          'this is a joint letter, with the letters of several groups',
          'take one of them: cosign-letter joint split FILE -o FOLDER writes each by itself',
        );
      }
      const kind = foreignKind(start);
      const hint = kind?.hint ?? 'this is not the file you meant, or its start is damaged';
      throw new NotJudged(`not a published letter${kind ? `, but ${kind.name}` : ''}`, hint);
    }
    await take(file, MAGIC.length);
    const running = new RunningHash(PUBLISHED_HASH);
    running.update(MAGIC);
    const { whole, content } = await frame(file, PublishedHeader.mostBytes);
    running.update(whole);
    return new PublishedReader(file, PublishedHeader.read(content), running);
  }

  /**
   * Yield the bytes of the records between header and trailer, so many at a time; the last of them
   * when the trailer was checked.
   */
  async *records(roundId: Uint8Array, size: number): AsyncGenerator<Bytes[], void, undefined> {
    const most = OpenCosignature.mostBytes;
    for (let batch: Bytes[] = []; ; ) {
      // Waiting takes as long as reading a record, so it is done only for what has not come yet.
      const { whole, content: raw } = readyFrame(this.#file, most) ?? (await frame(this.#file, most));
      if (startsWith(raw, PublishedTrailer.start)) {
        await this.#end(PublishedTrailer.read(raw), roundId);
        if (batch.length > 0) yield batch;
        return;
      }
      this.#running.update(whole);
      this.#count += 1;
      if (this.#count > RECORD_LIMIT) {
        throw new NotValid(`the file has more than ${RECORD_LIMIT} records`);
      }
      batch.push(raw);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }

  async #end(trailer: RecordOf<typeof PublishedTrailer>, roundId: Uint8Array): Promise<void> {
    await this.#readStamps(trailer.raw);
    if (trailer.count !== this.#count || !equal(trailer.digest, this.#running.digest())) {
      throw new NotValid('the file does not have the content that its trailer states', HINT);
    }
    const message = H(PUBLISHED_SIGNATURE, roundId, u64(trailer.count), trailer.digest);
    const key = this.header.round.terms.organizer_key;
    if (!(await isValidSignature(key, trailer.signature, message))) {
      throw new NotValid("the file is not signed by the round's organizer", HINT);
    }
  }

  /** Read the time stamps behind the trailer, which they are about. */
  async #readStamps(trailer: Bytes): Promise<void> {
    const raws: Bytes[] = [];
    while ((await this.#file.peek(1)).length > 0) {
      const { content: raw } = await frame(this.#file, TimeStamp.mostBytes);
      const last = raws.at(-1);
      if (raws.length === STAMP_LIMIT || (last !== undefined && compare(last, raw) >= 0)) {
        throw new NotValid('the time stamps are too many or out of order', HINT);
      }
      raws.push(raw);
    }
    this.stamps = raws.map((raw) => readStamp(answerIn(raw), trailer));
  }
}

/** Return the answer in a time stamp. */
function answerIn(raw: Bytes): Bytes {
  try {
    return TimeStamp.read(raw).answer;
  } catch (error) {
    if (!(error instanceof NotValid)) throw error;
    throw new NotValid('something other than time stamps follows the trailer of the file', HINT);
  }
}

/** A frame (docs/spec.md, "Frames"), and its content. */
interface Frame {
  readonly whole: Bytes;
  readonly content: Bytes;
}

const LENGTH_BYTES = 4;

/** Read one frame; its length is compared before the content is read. */
export async function frame(file: Source, most: number): Promise<Frame> {
  const length = await take(file, LENGTH_BYTES);
  const size = sizeIn(length);
  if (size > most) throw new NotValid(`a record of ${size} bytes is too long`, HINT);
  const whole = concat(length, await take(file, size));
  return { whole, content: whole.subarray(LENGTH_BYTES) };
}

/** Read one frame if it has come already; null otherwise, and if it is too long. */
function readyFrame(file: Source, most: number): Frame | null {
  const length = file.takeReady(LENGTH_BYTES);
  if (length === null) return null;
  const size = sizeIn(length);
  const content = size <= most ? file.takeReady(size) : null;
  if (content === null) {
    file.unread(length);
    return null;
  }
  const whole = new Uint8Array(length.buffer, length.byteOffset, LENGTH_BYTES + size);
  return { whole, content };
}

function sizeIn(length: Bytes): number {
  return new DataView(length.buffer, length.byteOffset).getUint32(0);
}

export async function take(file: Source, size: number): Promise<Bytes> {
  const bytes = await file.take(size);
  if (bytes.length < size) throw new NotValid('the file ends in the middle', HINT);
  return bytes;
}
