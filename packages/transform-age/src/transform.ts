import type {Batch, Catalog, Column, Schema, Source, Transform, TransformPlan} from '@sluice/core';
import {ageAt, decimalText, DECIMAL_DIGITS, yearsInSteps, type AgeUnit} from './age.ts';
import {keyReader} from './key-text.ts';
import {loadLookups, lookupId, type DateTable, type Lookup} from './lookup.ts';
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
    plan(schema) {
      if (!layout) throw new Error('the age transform plans after check');
      const ages = layout.tables.get(schema.table);
      return !ages ? unchanged(schema, 'it was not there when the study was laid out')
        : 'reason' in ages ? unchanged(schema, ages.reason)
        : planTable(schema, ages, format, () => dates);
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
  const position = (name: string) => schema.columns.findIndex(column => column.name === name);
  // Father and mother have the key of the event: each distinct key is made once a row.
  const keys = new Map<string, {index: number; keyOf: ReturnType<typeof keyReader>}>();
  const keyIndex = (lookup: Lookup): number => {
    const parts = lookup.keys.map(({own, asNumber}) => ({at: position(own), asNumber}));
    const id = JSON.stringify(parts);
    const known = keys.get(id) ?? {index: keys.size, keyOf: keyReader(parts)};
    keys.set(id, known);
    return known.index;
  };
  const eventKey = keyIndex(event);
  const birthKeys = people.map(({birth}) => keyIndex(birth));
  const keyReaders = [...keys.values()].map(({keyOf}) => keyOf);
  const tallies = people.map(person => new AgeTally(ages, person));
  const texts = new Array<string | null>(keyReaders.length).fill(null);

  return {
    schema: {...schema, columns: [...schema.columns, ...people.map(person => ageColumn(person, ages, format))]},
    effects: people.map(({newColumn, person, birth}) => ({
      column: newColumn, effect: 'added' as const,
      method: `age of the ${person} in ${unitWords[format.unit]}: ${birth.schema.table}.${birth.date} at ${event.schema.table}.${event.date}`,
    })),
    looksAt: [...new Set([event, ...people.map(({birth}) => birth)].flatMap(({keys: own}) => own.map(key => position(key.own))))].sort((a, b) => a - b),
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
    const {days: events, differing} = tables.get(lookupId(event))!;
    const births = people.map(({birth}) => tables.get(lookupId(birth))!);
    for (const row of batch.rows) {
      for (let i = 0; i < keyReaders.length; i++) texts[i] = keyReaders[i]!(row);
      const key = texts[eventKey]!;
      const day = key === null ? undefined : events.get(key);
      const doubtful = differing.size > 0 && key !== null && differing.has(key);
      for (let i = 0; i < people.length; i++) {
        const birthKey = texts[birthKeys[i]!]!;
        const born = birthKey === null ? undefined : births[i]!.days.get(birthKey);
        const tally = tallies[i]!;
        if (day === undefined || day < 0 || born === undefined || born < 0) {
          tally.missing(key, day, birthKey, born);
          row.push(format.missing);
          continue;
        }
        const steps = ageAt(day, born, format.unit);
        if (day < born) tally.negative++;
        if (doubtful || (births[i]!.differing.size > 0 && births[i]!.differing.has(birthKey!))) tally.doubtful++;
        if (steps >= format.capSteps && steps > 0) tally.capped++;
        const kept = steps > format.capSteps ? format.capSteps : steps;
        row.push(format.unit === 'decimalYears' ? decimalText(kept) : kept);
      }
    }
    return batch;
  }
}

const unitWords: Readonly<Record<AgeUnit, string>> = {months: 'months', years: 'completed years', decimalYears: 'years'};

function ageColumn({newColumn, person}: AgeOfPerson, {phase}: AgesOfTable, {unit}: Format): Column {
  return {
    name: newColumn, nullable: true, comment: `age of the ${person} in ${unitWords[unit]} at phase ${phase}`,
    ...(unit === 'decimalYears' ? {type: 'decimal', precision: 10, scale: DECIMAL_DIGITS} : {type: 'int'}),
  };
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
