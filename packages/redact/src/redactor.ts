import type {Span} from '@sluice/identifiers';
import {checkedFinds, type AsyncDetector, type Detector} from './detector.ts';
import {examine} from './examine.ts';
import type {KnownValues} from './known/known-values.ts';
import {labelOf} from './labels.ts';
import {mergeSpans} from './merge.ts';
import {versionOf} from './version.ts';

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
    const finds = windowed(text, options, known);
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
    const finds = windowed(text, options, known);
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

/** The finds of all windows. Each window's are merged at once: a long text has many, and several for the same place. */
function windowed(text: string, options: RedactorOptions, known: KnownValues | undefined): Span[] {
  const finds: Span[] = [];
  for (const window of examine(text, options, known)) {
    for (const span of mergeSpans(text, wanted(window, options))) finds.push(span);
  }
  return finds;
}

/** What the profile looks for. */
function wanted(finds: readonly Span[], {profile}: RedactorOptions): readonly Span[] {
  return profile === 'limited-data-set' ? finds.filter(span => span.class !== 'C' && !kept.has(span.kind ?? '')) : finds;
}

const kept = new Set(['geo.city', 'geo.county', 'geo.zip']);

function settle(text: string, finds: readonly Span[], options: RedactorOptions, allow: ReadonlySet<string>): readonly Span[] {
  const merged = mergeSpans(text, wanted(finds, options));
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
