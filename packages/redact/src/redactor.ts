import {normalise, scanIdentifiers, type Span} from '@sluice/identifiers';
import {checkedFinds, type AsyncDetector, type Detector} from './detector.ts';
import type {KnownValues} from './known/known-values.ts';
import {labelOf} from './labels.ts';
import {mergeSpans} from './merge.ts';
import {findInColumns} from './names/columns.ts';
import {findInMessages} from './names/hl7.ts';
import {findInitials} from './names/initials.ts';
import {findLabelled} from './names/labelled.ts';
import {findInPaths} from './names/paths.ts';
import {findRepeats} from './names/repeats.ts';
import {findInScripts} from './names/scripts.ts';
import {findNames} from './names/runs.ts';
import {widenNames} from './names/widen.ts';
import {findFacilities} from './places/facilities.ts';
import {findScriptAddresses} from './places/scripts.ts';
import {findStreets} from './places/streets.ts';
import {findTowns} from './places/towns.ts';
import {findUnproved} from './strict.ts';
import {openScan} from './text/scan.ts';
import {versionOf} from './version.ts';
import {windows} from './windows.ts';

/** `safe-harbor` (the default) finds all of 45 CFR 164.514(b)(2); `limited-data-set` leaves dates, ages, towns and post codes, as 164.514(e) does; `expert` is as wide as `safe-harbor`. */
export type Profile = 'safe-harbor' | 'limited-data-set' | 'expert';

export interface RedactorOptions {
  readonly profile?: Profile;
  /** Takes every word and number that is not proved to be harmless. */
  readonly strict?: boolean;
  /** `label` (the default) puts `[NAME]` and the like, `blank` nothing at all, a function what it gives. */
  readonly replacement?: 'label' | 'blank' | ((span: Span) => string);
  readonly plugins?: readonly Detector[];
  /** Words and phrases that stay although they look like something: the name of a study, say. Compared without regard to case. */
  readonly allow?: readonly string[];
  /** The day or year at which ages are reckoned, `2026` or `2026-05-01`; without it every year of birth goes. */
  readonly asOf?: string;
}

export interface Redaction {
  readonly text: string;
  readonly spans: readonly Span[];
}

export interface Redactor {
  /** Names the rules; changes whenever they may find something else. */
  readonly version: string;
  /** The finds in order, without overlaps, in UTF-16 units of the text. */
  find(text: string, known?: KnownValues): readonly Span[];
  redact(text: string, known?: KnownValues): Redaction;
}

export interface AsyncRedactor {
  readonly version: string;
  find(text: string, signal: AbortSignal, known?: KnownValues): Promise<readonly Span[]>;
  redact(text: string, signal: AbortSignal, known?: KnownValues): Promise<Redaction>;
}

/** Makes a redactor. It keeps no state between texts; the lists behind it are read with the first text. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const allow = new Set((options.allow ?? []).map(plain));
  const find = (text: string, known?: KnownValues): readonly Span[] => {
    const finds = examine(text, options, known);
    for (const plugin of options.plugins ?? []) finds.push(...checkedFinds(plugin.name, plugin.find(text), text.length));
    return settle(text, finds, options, allow);
  };
  return {
    version: versionOf(options),
    find,
    redact: (text, known) => {
      const spans = find(text, known);
      return {text: replace(text, spans, options.replacement ?? 'label'), spans};
    },
  };
}

/** The same with detectors that have to wait, one after the other. Whatever one of them throws is thrown: a text is never given out half examined. */
export function createAsyncRedactor(options: RedactorOptions & {readonly detectors: readonly AsyncDetector[]}): AsyncRedactor {
  const allow = new Set((options.allow ?? []).map(plain));
  const find = async (text: string, signal: AbortSignal, known?: KnownValues): Promise<readonly Span[]> => {
    signal.throwIfAborted();
    const finds = examine(text, options, known);
    for (const plugin of options.plugins ?? []) finds.push(...checkedFinds(plugin.name, plugin.find(text), text.length));
    for (const detector of options.detectors) finds.push(...checkedFinds(detector.name, await detector.find(text, signal), text.length));
    return settle(text, finds, options, allow);
  };
  return {
    version: [versionOf(options), ...options.detectors.map(one => one.name)].join('+'),
    find,
    redact: async (text, signal, known) => {
      const spans = await find(text, signal, known);
      return {text: replace(text, spans, options.replacement ?? 'label'), spans};
    },
  };
}

/** All finds of the engine, overlapping and in no order. */
function examine(text: string, options: RedactorOptions, known: KnownValues | undefined): Span[] {
  const finds: Span[] = [];
  for (const {from, to, start, end} of windows(text)) {
    const source = normalise(text.slice(from, to));
    const same = {text: source.text, original: (first: number, last: number): readonly [number, number] => [first, last]};
    const patterns = scanIdentifiers(same, options.asOf === undefined ? {} : {asOf: options.asOf});
    const columns = [...findInColumns(source.text), ...findInPaths(source.text), ...findInMessages(source.text), ...findScriptAddresses(source.text)];
    const scan = openScan(source.text, [...patterns.filter(span => span.class !== 'B' && !isFaint(span, source.text)), ...columns]);
    known?.find(scan);
    findFacilities(scan);
    findLabelled(scan);
    findStreets(scan);
    findTowns(scan);
    findNames(scan);
    findInitials(scan);
    findRepeats(scan);
    widenNames(scan);
    const others: Span[] = [];
    findInScripts(scan, (first, last) => {
      others.push({start: first, end: last, class: 'A', kind: 'name.full', rule: 'name.script', score: 0.8});
    });
    if (options.strict === true) findUnproved(scan);
    for (const span of [...outsideOfStreets(patterns, scan.spans, source.text), ...columns, ...scan.spans, ...others]) {
      const [first, last] = source.original(span.start, span.end);
      if (first + from >= start && first + from < end) finds.push({...span, start: first + from, end: last + from});
    }
  }
  return finds;
}

const faint = new Set(['date-slash', 'date-slash-range', 'date-month-year', 'label-id', 'number-hyphens', 'code', 'number-sign', 'date-numeric', 'date-slashed-mixed']);
/** Streets that are named after a day: "Avenida 9 de Julio", "Via XX Settembre". */
const dayStreet = /(?:calle|avenida|avda?|av|rua|r|via|viale|corso|rue|avenue|boulevard|plaza|pra[çc]a|piazza|place|travessa|largo|jir[oó]n|jr|paseo|bulevar)\.?\s(?:del?\s|da\s|do\s|du\s|le\s|1[º°]\s)?$/i;

/** Figures that are a number of a house as well ("8/14", "No. 27", "3-6-272/A"): an address may take them in. */
function isFaint({rule, start, end}: Span, text: string): boolean {
  if (rule.startsWith('date-month') || rule === 'date-named') return end - start < 24 && dayStreet.test(text.slice(Math.max(0, start - 20), start));
  return faint.has(rule) && end - start < 12 && /^[A-Z]?\d[\d/-]*\p{L}?$/u.test(text.slice(start, end));
}

/** Leaves out such figures where an address has taken them in: then they are a part of it and no date. */
function outsideOfStreets(patterns: readonly Span[], found: readonly Span[], text: string): readonly Span[] {
  const streets = found.filter(span => span.kind === 'geo.street').toSorted((a, b) => a.start - b.start);
  if (streets.length === 0) return patterns;
  let next = 0;
  return patterns.filter(span => {
    while (next < streets.length && streets[next]!.end <= span.start) next++;
    const street = streets[next];
    return street === undefined || !(street.start <= span.start && span.end <= street.end && isFaint(span, text));
  });
}

const kept = new Set(['geo.city', 'geo.county', 'geo.zip']);

function settle(text: string, finds: readonly Span[], {profile}: RedactorOptions, allow: ReadonlySet<string>): readonly Span[] {
  const wanted = profile === 'limited-data-set' ? finds.filter(span => span.class !== 'C' && !kept.has(span.kind ?? '')) : finds;
  const merged = mergeSpans(text, wanted);
  return allow.size === 0 ? merged : merged.filter(span => !allow.has(plain(text.slice(span.start, span.end))));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

function replace(text: string, spans: readonly Span[], replacement: 'label' | 'blank' | ((span: Span) => string)): string {
  const by = replacement === 'label' ? labelOf : replacement === 'blank' ? () => '' : replacement;
  const parts: string[] = [];
  let at = 0;
  for (const span of spans) {
    parts.push(text.slice(at, span.start), by(span));
    at = span.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
