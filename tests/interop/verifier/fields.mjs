/**
 * The types in the tables of records, and reading a record by its table.
 *
 * docs/spec.md, "Encoding" and "Records". A type is a function that reads its value and no other
 * and checks the caps before it uses it; so no input has more or longer arrays than its table.
 */

import { concatBytes, equalBytes, utf8 } from './bytes.mjs';
import { Reader } from './msgpack.mjs';
import { must } from './not_valid.mjs';
import { decodeLine, decodeLines } from './text.mjs';

function within(number, smallest, largest) {
  must(smallest <= number && number <= largest, 'a number or a length is out of bounds');
  return number;
}

function sized(bytes, shortest, longest = shortest) {
  within(bytes.length, shortest, longest);
  return bytes;
}

export const uint = (smallest, largest) => (reader) => within(reader.uint(), smallest, largest);

export const bin = (...lengths) => (reader) => sized(reader.bin(), ...lengths);

export const line = (...lengths) => (reader) => decodeLine(sized(reader.str(), ...lengths));

export const lines = (...lengths) => (reader) => decodeLines(sized(reader.str(), ...lengths));

export const word = (...words) => (reader) => {
  const bytes = reader.str();
  const found = words.find((one) => equalBytes(utf8(one), bytes));
  must(found !== undefined, 'a word that is not in the list');
  return found;
};

/** A byte string that holds the exact bytes of a record. */
export const inner = (record, cap) => (reader) => record.read(sized(reader.bin(), 0, cap));

export const array = (type, fewest, most) => (reader) =>
  Array.from({ length: within(reader.array(), fewest, most) }, () => type(reader));

export const orNil = (type) => (reader) => (reader.nil() ? null : type(reader));

export const row = (...types) => (reader) => {
  must(reader.array() === types.length, 'a row with another number of places');
  return types.map((type) => type(reader));
};

/** A type of record: its name, its cap in bytes, its table, and the checks of its section. */
export class RecordType {
  cap;
  #label;
  #table;
  #check;

  constructor(name, cap, table, check = () => {}) {
    this.#label = utf8(`cosign/${name}/1`);
    this.cap = cap;
    this.#table = Object.entries(table);
    this.#check = check;
  }

  /** The fields of a well-formed record by name, and its exact `bytes`. */
  read(bytes) {
    must(bytes.length <= this.cap, 'a record is longer than its type can be');
    const reader = new Reader(bytes);
    const places = reader.array();
    must(equalBytes(reader.str(), this.#label), 'a record of another kind or version');
    must(places === 1 + this.#table.length, 'a record with another number of fields');
    const record = { bytes };
    for (const [name, type] of this.#table) record[name] = type(reader);
    reader.end();
    this.#check(record);
    return record;
  }

  /** Whether the bytes begin like a record of this type, whatever follows the label. */
  begins(bytes) {
    const reader = new Reader(bytes);
    try {
      reader.array();
      return equalBytes(reader.str(), this.#label);
    } catch {
      return false;
    }
  }
}
