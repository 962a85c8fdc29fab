/**
 * A file as a stream of bytes, of which the reader holds only what it asked for.
 *
 * Files of hundreds of megabytes are read this way: Chromium gives an empty string for the text
 * of a large Blob, and no error.
 */

import { type Bytes, concat } from './bytes.js';
import { NotJudged } from './errors.js';

/** Chunks of bytes, none of them empty. */
export type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** Yield the chunks of a file; ending the iteration early releases it. */
export async function* chunksOf(source: Blob | ReadableStream<Uint8Array>): Chunks {
  const reader = (source instanceof Blob ? source.stream() : source).getReader();
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotJudged(`the file cannot be read: ${why}`, 'choose the file again');
  }
}

/** Reads a stream by counts of bytes. */
export class Source {
  readonly #chunks: Chunks;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  /** Return the next `size` bytes, or fewer if the stream ends; they stay unread. */
  async peek(size: number): Promise<Bytes> {
    const bytes = await this.take(size);
    this.unread(bytes);
    return bytes;
  }

  /** Put bytes back in front of what is left. */
  unread(bytes: Uint8Array): void {
    this.#pending = concat(bytes, this.#pending);
  }

  /** Read `size` bytes if they have come already; null otherwise. */
  takeReady(size: number): Bytes | null {
    if (size > this.#pending.length) return null;
    const bytes = this.#pending.subarray(0, size);
    this.#pending = this.#pending.subarray(size);
    return bytes as Bytes;
  }

  /**
   * Read `size` bytes, or fewer if the stream ends; they may share memory with other bytes of the
   * stream, which are not written to. Memory is taken as bytes come.
   */
  async take(size: number): Promise<Bytes> {
    const ready = this.takeReady(size);
    if (ready !== null) return ready;
    const parts: Uint8Array[] = [];
    let missing = size;
    while (missing > 0 && (this.#pending.length > 0 || (await this.#more()))) {
      const part = this.#pending.subarray(0, missing);
      this.#pending = this.#pending.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return concat(...parts);
  }

  /** Yield what is left. */
  async *rest(): Chunks {
    while (this.#pending.length > 0 || (await this.#more())) {
      const chunk = this.#pending;
      this.#pending = new Uint8Array(0);
      yield chunk;
    }
  }

  /** Release the stream, read or not. */
  async close(): Promise<void> {
    await this.#chunks.return();
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (!done) this.#pending = value;
    return !done;
  }
}
