import type {Column, Row, Schema} from '@sluice/core';
import type {Family} from './study-people.ts';

/** One table of the study. Its rows can be read any number of times and are the same each time. */
export interface StudyTable {
  readonly schema: Schema;
  readonly rows: Iterable<Row>;
}

/** What every table is made from. */
export interface Study {
  readonly seed: number;
  readonly families: readonly Family[];
}

type Extra = Partial<Omit<Column, 'name' | 'type'>>;

const column = (name: string, type: Column['type'], extra: Extra): Column => ({name, type, nullable: true, ...extra});

export const int = (name: string, extra: Extra = {}): Column => column(name, 'int', extra);
export const float = (name: string, extra: Extra = {}): Column => column(name, 'float', extra);
export const text = (name: string, maxLength?: number, extra: Extra = {}): Column =>
  column(name, 'text', {...(maxLength !== undefined && {maxLength}), ...extra});
export const decimal = (name: string, precision: number, scale: number, extra: Extra = {}): Column =>
  column(name, 'decimal', {precision, scale, ...extra});
export const timestamp = (name: string, extra: Extra = {}): Column => column(name, 'timestamp', {scale: 0, ...extra});
export const date = (name: string, extra: Extra = {}): Column => column(name, 'date', extra);
export const bytes = (name: string, extra: Extra = {}): Column => column(name, 'bytes', extra);

export const required = {nullable: false} as const;

/** Item columns `prefix1` to `prefixN`. */
export const items = (prefix: string, count: number): Column[] => Array.from({length: count}, (_, i) => int(`${prefix}${i + 1}`));

/** A table whose rows are made anew by every loop over them. */
export const table = (schema: Schema, generate: () => Iterator<Row>): StudyTable =>
  ({schema, rows: {[Symbol.iterator]: generate}});

/** A foreign key to the family, named the way MySQL names them. */
export const familyKey = (of: string) => ({
  name: `${of}_ibfk_1`, columns: ['familyid'], table: 'gen_family', referencedColumns: ['familyid'],
  onUpdate: 'RESTRICT', onDelete: 'RESTRICT',
} as const);

/** A foreign key to the twin. */
export const twinKey = (of: string) => ({
  name: `${of}_ibfk_2`, columns: ['familyid', 'twin'], table: 'gen_twins', referencedColumns: ['familyid', 'twin'],
  onUpdate: 'RESTRICT', onDelete: 'RESTRICT',
} as const);

export const index = (name: string, ...columns: string[]) => ({name, unique: false, parts: columns.map(each => ({column: each}))});
export const unique = (name: string, ...columns: string[]) => ({name, unique: true, parts: columns.map(each => ({column: each}))});

/** A decimal from an integer count of its last digit, e.g. (1234, 2) -> '12.34'. */
export function fixed(units: number, scale: number): string {
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const sign = units < 0 ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
