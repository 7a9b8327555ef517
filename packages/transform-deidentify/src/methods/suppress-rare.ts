import {createHash} from 'node:crypto';
import {ErrorCode, PipelineError, type ColumnType, type Schema, type Value} from '@sluice/core';
import {z} from 'zod';
import {computedColumn, counter, type Method, type MethodContext} from './method.ts';
import type {Prepare} from './prepared.ts';
import {subjectOf} from './subject.ts';

const rareParameters = z.strictObject({
  below: z.int().min(2).default(11).describe('Values of fewer persons than this, or of fewer rows where the table does not say whose they are, are rare.'),
  to: z.string().exactOptional().describe('What they become; NULL when absent.'),
});

/** Eleven is the smallest cell that the Centers for Medicare and Medicaid Services publish. */
export const suppressRare: Method<z.output<typeof rareParameters>> = {
  name: 'suppressRare', summary: 'values that few persons have become NULL or one other value', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy',
  accepts: new Set<ColumnType>(['bool', 'int', 'decimal', 'text', 'uuid', 'date', 'any']), parameters: rareParameters,
  plan(column, {below, to}, context) {
    if (to !== undefined && column.type !== 'text' && column.type !== 'any') return `can give rare values another one in text columns only, not in one of type ${column.type}`;
    if (to !== undefined && column.maxLength !== undefined && [...to].length > column.maxLength) return `has a \`to\` that is longer than the column, ${column.maxLength} characters`;
    const id = `suppressRare ${JSON.stringify([context.table.table, column.name, below])}`;
    const {type, maxLength, precision, scale, unsigned64} = column;
    return {
      kind: 'change', prepare: counting(id, column.name, below, context),
      column: computedColumn(column, type, {
        nullable: column.nullable || to === undefined,
        ...(maxLength !== undefined && {maxLength}), ...(precision !== undefined && {precision}), ...(scale !== undefined && {scale}), ...(unsigned64 && {unsigned64}),
      }),
      start(tools) {
        const {count, notes} = counter();
        let frequent: ReadonlySet<string | number> | undefined;
        return {
          notes,
          of(value) {
            if (value === null) return null;
            frequent ??= tools.learned.get(id) as ReadonlySet<string | number> | undefined;
            if (frequent === undefined) throw new Error(`suppressRare of ${column.name} looked at no row before the run`);
            if (frequent.has(keyOf(value))) return value;
            count(`is a value of fewer than ${below}: ${to === undefined ? 'NULL' : 'another value'}`);
            return to ?? null;
          },
        };
      },
    };
  },
};

/** Persons and values that are counted together, 100 bytes each, about. */
const MOST_COUNTED = 5_000_000;

function counting(id: string, column: string, below: number, {table, subject}: MethodContext): Prepare {
  const columns = subject === null ? [column] : [column, ...subject];
  return {
    dependsOn: [{schema: table, columns}],
    async run(scan, tools, signal) {
      const seen = new Map<string | number, number | Set<string>>();
      const frequent = new Set<string | number>();
      let counted = 0;
      await scan.rows(table, columns, ([value, ...key]) => {
        if (value === null) return;
        const one = keyOf(value!);
        if (frequent.has(one)) return;
        const person = subject === null ? undefined : subjectOf(key);
        if (person === null) return; // nobody's row proves nothing
        const before = seen.get(one);
        if (before === undefined && seen.size + counted >= MOST_COUNTED) throw tooMany(table, column);
        let times: number;
        if (person === undefined) {
          times = ((before as number | undefined) ?? 0) + 1;
          seen.set(one, times);
        } else {
          const persons = (before as Set<string> | undefined) ?? new Set<string>();
          if (before === undefined) seen.set(one, persons);
          const had = persons.size;
          persons.add(person.length > LONGEST ? digestOf(person) : person);
          times = persons.size;
          counted += times - had;
        }
        if (times < below) return;
        frequent.add(one);
        seen.delete(one);
        if (person !== undefined) counted -= times;
      }, signal);
      tools.learned.set(id, frequent);
    },
  };
}

/** Texts longer than this are told apart by their digest. */
const LONGEST = 64;

/** Tells values apart: integers by themselves, all others by a text. */
function keyOf(value: Exclude<Value, null>): string | number {
  switch (typeof value) {
    case 'number': return value;
    case 'string': return value.length > LONGEST ? digestOf(value) : `=${value}`;
    case 'object': return digestOf(Buffer.from(value.buffer, value.byteOffset, value.length));
    default: return `${typeof value}${value}`;
  }
}

const digestOf = (value: string | Uint8Array): string => `#${createHash('sha256').update(value).digest('base64')}`;

function tooMany(table: Schema, column: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `suppressRare: column ${column} of table ${table.table} has too many different values that few have: more than ${MOST_COUNTED.toLocaleString('en')} are not counted`, {
    table: table.table, column, remedy: 'most values are rare: drop the column, or make its values coarser',
  });
}
