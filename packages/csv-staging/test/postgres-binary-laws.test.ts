import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  dayNumber, packDay, packNumeric, packTime, packTimestamp, PostgresBinaryRows, printClock, printDay, printMoment, printNumeric, TWO_32, writeField,
  type BinaryType, type PostgresBinaryType,
} from '../src/postgres-binary/index.ts';

const ROOM = 1_024;

/** The bytes that `write` makes, and null for what it gives up on. */
function made(write: (buffer: Buffer) => number): Buffer | null {
  const buffer = Buffer.alloc(ROOM);
  const end = write(buffer);
  return end < 0 ? null : buffer.subarray(0, end);
}

const field = (type: BinaryType, value: string | number | bigint | boolean) => made(buffer => writeField(buffer, 0, value, type));
const viewOf = ({buffer, byteOffset, byteLength}: Buffer) => new DataView(buffer, byteOffset, byteLength);
/** A text in bytes, with others around it, as it stands in a packed row. */
function packed(text: string, pack: (from: DataView, at: number, length: number, out: Buffer) => number): Buffer | null {
  const before = 3;
  const from = Buffer.from(`9.9${text}9-9 9:9.9`.padEnd(64, '9'), 'latin1');
  return made(buffer => pack(viewOf(from), before, text.length, buffer));
}

/** As a numeric(p, s) is printed: no needless zero, and no minus of zero. */
const numeric = fc.tuple(fc.constantFrom('', '-'), fc.stringMatching(/^(?:0|[1-9]\d{0,39})$/), fc.stringMatching(/^\d{0,40}$/))
  .map(([sign, whole, fraction]) => ({sign: /^0*$/.test(whole + fraction) ? '' : sign, whole, fraction}))
  .map(({sign, whole, fraction}) => ({text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`, scale: fraction.length}));
const FIRST_DAY = new Date('0001-01-01').getTime();
const day = fc.integer({min: FIRST_DAY / 86_400_000, max: Date.UTC(9999, 11, 31) / 86_400_000});
const dayText = (since1970: number) => new Date(since1970 * 86_400_000).toISOString().slice(0, 10);
const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
/** A time of the day with none to six digits behind the point. */
const clockOf = fc.tuple(fc.integer({min: 0, max: 23}), fc.integer({min: 0, max: 59}), fc.integer({min: 0, max: 59}), fc.stringMatching(/^\d{0,6}$/))
  .map(([hours, minutes, seconds, fraction]) => ({text: `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}${fraction === '' ? '' : `.${fraction}`}`, digits: fraction.length}));

describe("values in PostgreSQL's binary form", () => {
  it('law: a numeric is printed as it was written', () => {
    fc.assert(fc.property(numeric, ({text}) => {
      const bytes = field('numeric', text)!;
      expect(made(out => printNumeric(bytes, 0, out, 0))?.toString('latin1')).toBe(text);
    }), {numRuns: 2_000});
  });

  it('law: a numeric that stands in bytes is what its text is', () => {
    fc.assert(fc.property(numeric, ({text, scale}) => {
      expect(packed(text, (from, at, length, out) => packNumeric(from, at, length, 40, scale, viewOf(out), 0))).toEqual(field('numeric', text));
    }), {numRuns: 2_000});
  });

  it('law: zeros in front of a numeric are none of its bytes, and those behind the point are counted alone', () => {
    fc.assert(fc.property(numeric, fc.integer({min: 0, max: 9}), ({text, scale}, zeros) => {
      const plain = field('numeric', text)!;
      expect(field('numeric', text.replace(/^-?/, sign => sign + '0'.repeat(zeros)))).toEqual(plain);
      const longer = Buffer.from(plain);
      longer.writeUInt16BE(scale + zeros + 1, 6);
      expect(field('numeric', `${text}${scale === 0 ? '.' : ''}${'0'.repeat(zeros + 1)}`)).toEqual(longer);
    }));
  });

  it.each(['', '-', '.', '1.', '.5', '+1', '1e5', ' 1', '1 ', '1.2.3', '--1', 'NaN', 'Infinity', '٣'])('what is no numeric has none: %j', text => {
    expect(field('numeric', text)).toBeNull();
    expect(() => new PostgresBinaryRows(['numeric']).add([text])).toThrow('column 0 holds a string');
  });

  it('law: days are counted as the calendar does, and printed as they were written', () => {
    fc.assert(fc.property(day, since1970 => {
      const text = dayText(since1970);
      expect(dayNumber(text)).toBe(since1970 - Date.UTC(2000, 0, 1) / 86_400_000);
      expect(made(out => printDay(out, 0, dayNumber(text)))?.toString('latin1')).toBe(text);
      expect(packed(text, (from, at, length, out) => packDay(from, at, length, out, 0) ? 4 : -1)).toEqual(field('date', text));
    }), {numRuns: 2_000});
  });

  it('law: moments and times of the day are printed as they were written, and are the same out of bytes', () => {
    fc.assert(fc.property(day, clockOf, (since1970, {text: clock, digits}) => {
      const text = `${dayText(since1970)} ${clock}`;
      const moment = field('timestamp', text)!;
      expect(made(out => printMoment(out, 0, moment.readInt32BE(0), moment.readUInt32BE(4), digits))?.toString('latin1')).toBe(text);
      expect(packed(text, (from, at, length, out) => packTimestamp(from, at, length, digits, out, 0) ? 8 : -1)).toEqual(moment);
      const time = field('time', clock)!;
      expect(made(out => printClock(out, 0, time.readUInt32BE(0) * TWO_32 + time.readUInt32BE(4), digits))?.toString('latin1')).toBe(clock);
      expect(packed(clock, (from, at, length, out) => packTime(from, at, length, digits, out, 0) ? 8 : -1)).toEqual(time);
    }), {numRuns: 2_000});
  });

  it.each(['0000-01-01', '2023-02-29', '1900-02-29', '2000-13-01', '2000-00-10', '2000-04-31', '2000-01-00', '2000/01/01', '12345-01-01', '2000-1-01'])('a day that no month has is none: %s', text => {
    expect([field('date', text), field('timestamp', `${text} 00:00:00`)]).toEqual([null, null]);
    expect(packed(text, (from, at, length, out) => packDay(from, at, length, out, 0) ? 4 : -1)).toBeNull();
  });

  it('law: a row holds what its values are one by one', () => {
    const values: fc.Arbitrary<readonly [PostgresBinaryType, string | number | bigint | boolean]> = fc.oneof(
      numeric.map(({text}) => ['numeric', text] as const), fc.uuid().map(id => ['uuid', id] as const), fc.boolean().map(value => ['bool', value] as const), fc.double().map(value => ['float8', value] as const),
      fc.oneof(fc.maxSafeInteger(), fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})).map(value => ['int8', value] as const),
      fc.tuple(fc.constantFrom('text', 'json', 'jsonb'), fc.string({unit: 'binary', maxLength: 60})),
    );
    fc.assert(fc.property(values, ([type, value]) => {
      const rows = new PostgresBinaryRows([type]);
      rows.add([value]);
      // The head, the number of fields and the length stand before it.
      expect(rows.end().subarray(19 + 2 + 4, -2)).toEqual(field(type, value));
    }), {numRuns: 1_000});
  });

  it('law: a moment is the same of its milliseconds and of its text', () => {
    fc.assert(fc.property(fc.integer({min: FIRST_DAY, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999)}), milliseconds => {
      const rows = new PostgresBinaryRows(['timestamptz']);
      rows.add([milliseconds]);
      expect(rows.end().subarray(19 + 2 + 4, -2)).toEqual(field('timestamptz', new Date(milliseconds).toISOString().slice(0, -1).replace('T', ' ')));
    }), {numRuns: 1_000});
  });
});
