import type {Batch, Catalog, Column, Schema, Source, Transform, TransformPlan} from '@sluice/core';
import {ageAt, decimalText, DECIMAL_DIGITS, yearsInSteps, type AgeUnit} from './age.ts';
import {dayIn, isDay, isDoubtful, type DateTable} from './date-table.ts';
import {keyValue, type KeyValue} from './key.ts';
import {loadLookups, lookupId, type Lookup} from './lookup.ts';
import {defaultStudy, type Study} from './study.ts';
import {layOut, type AgeOfPerson, type AgesOfTable, type StudyLayout, type TableAges} from './study-layout.ts';
import {AgeTally} from './tally.ts';

export interface AgeOptions {
  /** Cap ages at so many years, as `ages.capYears` of the study does; the lower of the two counts. Safe Harbor: 90. */
  readonly capYears?: number | undefined;
  /** What stands for an unknown age, instead of `ages.missing` of the study. */
  readonly missing?: number | null | undefined;
}

/** Appends ages. Goes before every transform that renames or takes out tables or columns. */
export interface AgeTransform extends Transform {
  check(catalog: Catalog): StudyLayout['problems'];
  prepare(source: Source, catalog: Catalog, signal: AbortSignal): Promise<void>;
  plan(schema: Schema): TransformPlan;
  /** After `check`: which table gets which ages, and why others get none. */
  readonly tables: readonly TableAges[];
  /** After `check`: tables of the study that are not there, and whose ages are missing for that. */
  readonly warnings: readonly string[];
}

/**
 * Makes the transform for one run. `check` must come first; rows can pass after `prepare`, which
 * reads trackers and birth dates from the snapshot the rows come from.
 */
export function ageTransform(study: Study = defaultStudy, options: AgeOptions = {}): AgeTransform {
  const format = resolveFormat(study, options);
  let layout: StudyLayout | null = null;
  let dates: ReadonlyMap<string, DateTable> | null = null;

  return {
    name: 'age',
    check(catalog) {
      layout = layOut(study, catalog);
      return layout.problems;
    },
    remedy: () => (layout ? suggestNames(layout) : undefined),
    async prepare(source, catalog, signal) {
      // The catalog of `check` is that of the source; what is passed here may have been changed by later transforms.
      layout ??= layOut(study, catalog);
      const lookups = [...layout.tables.values()].flatMap(ages => 'people' in ages && ages.people.length > 0
        ? [ages.event, ...ages.people.map(({birth}) => birth)] : []);
      dates = await loadLookups(source, lookups, study.noDate, signal);
    },
    fingerprint({table}) {
      const ages = layout?.tables.get(table);
      if (!ages || 'reason' in ages || ages.people.length === 0) return '';
      return JSON.stringify([format, study.noDate, lookupId(ages.event), ages.event.keys,
        ages.people.map(({person, newColumn, birth}) => [person, newColumn, lookupId(birth), birth.keys])],
      (_, value: unknown) => (value === Infinity ? 'none' : value));
    },
    plan(schema) {
      if (!layout) throw new Error('the age transform plans after check');
      const ages = layout.tables.get(schema.table);
      return !ages ? unchanged(schema, 'it was not there when the study was laid out')
        : 'reason' in ages ? unchanged(schema, ages.reason)
        : planTable(schema, ages, format, () => dates);
    },
    get warnings() {
      return layout ? absences(layout) : [];
    },
    get tables() {
      return layout ? [...layout.tables.values()] : [];
    },
  };
}

interface Format {
  readonly unit: AgeUnit;
  readonly missing: number | string | null;
  readonly capSteps: number;
}

function resolveFormat({ages}: Study, {capYears, missing = ages.missing}: AgeOptions): Format {
  const {unit} = ages;
  const cap = Math.min(capYears ?? Infinity, ages.capYears ?? Infinity);
  return {
    unit,
    missing: missing !== null && unit === 'decimalYears' ? decimalText(yearsInSteps(missing, unit)) : missing,
    capSteps: cap === Infinity ? Infinity : yearsInSteps(cap, unit),
  };
}

function unchanged(schema: Schema, reason: string): TransformPlan {
  return {
    schema, effects: [], looksAt: [], apply: batch => batch,
    notes: () => [{message: `no ages: ${reason}`, count: 0}],
  };
}

function planTable(schema: Schema, ages: AgesOfTable, format: Format, loaded: () => ReadonlyMap<string, DateTable> | null): TransformPlan {
  const {people, event} = ages;
  const {unit, capSteps} = format;
  const keys = new KeyParts(schema);
  const eventPlaces = keys.placesOf(event);
  const birthPlaces = people.map(({birth}) => keys.placesOf(birth));
  const {parts} = keys;
  const values = new Array<KeyValue | null>(parts.length).fill(null);
  const tallies = people.map(person => new AgeTally(ages, person));

  return {
    schema: {...schema, columns: [...schema.columns, ...people.map(person => ageColumn(person, ages, format))]},
    effects: people.map(({newColumn, person, birth}) => ({
      column: newColumn, effect: 'added' as const,
      method: `age of the ${person} in ${unitWords[unit]}: ${birth.schema.table}.${birth.date} at ${event.schema.table}.${event.date}`,
    })),
    looksAt: [...new Set(parts.map(({at}) => at))].sort((a, b) => a - b),
    dependsOn: people.length === 0 ? [] : [event, ...people.map(({birth}) => birth)].map(({schema: other, date, keys}) =>
      ({schema: other, columns: [date, ...keys.map(({name}) => name)]})),
    apply,
    notes: () => [
      ...ages.without.map(({person, reason}) => ({message: `no age of the ${person}: ${reason}`, count: 0})),
      ...tallies.flatMap(tally => tally.notes(loaded())),
    ],
  };

  function apply(batch: Batch): Batch {
    if (people.length === 0) return batch;
    const tables = loaded();
    if (!tables) throw new Error('the age transform needs prepare before rows');
    const events = tables.get(lookupId(event))!;
    const births = people.map(({birth}) => tables.get(lookupId(birth))!);
    for (const row of batch.rows) {
      for (let i = 0; i < parts.length; i++) values[i] = keyValue(row[parts[i]!.at]!, parts[i]!.asNumber);
      const foundEvent = events.find(values, eventPlaces);
      const day = dayIn(foundEvent);
      for (let i = 0; i < people.length; i++) {
        const foundBirth = births[i]!.find(values, birthPlaces[i]!);
        const born = dayIn(foundBirth);
        const tally = tallies[i]!;
        if (!isDay(day) || !isDay(born)) {
          tally.missing(day, born);
          row.push(format.missing);
          continue;
        }
        const steps = ageAt(day, born, unit);
        if (day < born) tally.negative++;
        if (isDoubtful(foundEvent) || isDoubtful(foundBirth)) tally.doubtful++;
        if (steps >= capSteps) tally.capped++;
        const kept = steps > capSteps ? capSteps : steps;
        row.push(unit === 'decimalYears' ? decimalText(kept) : kept);
      }
    }
    return batch;
  }
}

/** The columns that all keys of a table are made of: each is brought into its one form once a row. */
class KeyParts {
  readonly parts: {readonly at: number; readonly asNumber: boolean}[] = [];
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  placesOf({keys}: Lookup): readonly number[] {
    return keys.map(({own, asNumber}) => {
      const at = this.#schema.columns.findIndex(({name}) => name === own);
      const place = this.parts.findIndex(part => part.at === at && part.asNumber === asNumber);
      return place >= 0 ? place : this.parts.push({at, asNumber}) - 1;
    });
  }
}

const unitWords: Readonly<Record<AgeUnit, string>> = {months: 'months', years: 'completed years', decimalYears: 'years'};

function ageColumn({newColumn, person}: AgeOfPerson, {phase}: AgesOfTable, {unit}: Format): Column {
  return {
    name: newColumn, nullable: true, comment: `age of the ${person} in ${unitWords[unit]} at phase ${phase}`,
    ...(unit === 'decimalYears' ? {type: 'decimal', precision: 10, scale: DECIMAL_DIGITS} : {type: 'int'}),
  };
}

/** A table of the study that is not there may be left out on purpose, or misspelt. */
function absences({tables, absent}: StudyLayout): string[] {
  const without = new Map<string, string[]>();
  const add = (reason: string, table: string) => void without.set(reason, [...(without.get(reason) ?? []), table]);
  for (const ages of tables.values()) {
    if ('people' in ages) for (const {person, reason} of ages.without) add(`no age of the ${person}: ${reason}`, ages.table);
    else if (ages.absent) add(`no ages: ${ages.reason}`, ages.table);
  }
  const reasons = [...without.keys()].join('\n');
  // Of those that matter to a table the reason speaks.
  const others = [...absent].filter(([name]) => !reasons.includes(`no table ${name} `)).map(([name, places]) => `${name} (${places.join(', ')})`);
  const unnoticed = others.length === 0 ? [] : [`the study names tables that are not there: ${others.join(', ')}`];
  return unnoticed.concat([...without].map(([reason, names]) => `${reason} (${names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')})`));
}

/** Lines for study.yaml that give the new columns free names. */
function suggestNames({tables, problems}: StudyLayout): string | undefined {
  const paths = new Set(problems.map(({path}) => path?.toLowerCase()));
  const taken = new Map<string, string>();
  for (const ages of tables.values()) {
    if (!('people' in ages)) continue;
    for (const {person, newColumn} of ages.people) if (paths.has(`${ages.table}.${newColumn}`.toLowerCase())) taken.set(person, newColumn);
  }
  if (taken.size === 0) return undefined;
  return ['# in study.yaml', 'people:', ...[...taken].flatMap(([person, column]) =>
    [`  ${JSON.stringify(person)}:`, `    newColumn: ${JSON.stringify(`${column}_at_phase`)}`])].join('\n');
}
