import {printable} from './printable.ts';
import type {Talk} from './talk.ts';

/** Something moved: the engine's progress event. Emitted once per batch at most; listeners throttle. */
export interface ProgressEvent {
  readonly stage: string;
  readonly table?: string;
  /** Rows of this table so far, in this stage. */
  readonly rows?: number;
  /** Exact or estimated. */
  readonly totalRows?: number;
  readonly tablesDone: number;
  readonly tables: number;
}

export type ProgressListener = (event: ProgressEvent) => void;

export interface Progress {
  readonly listen: ProgressListener;
  /** Takes the bar away. */
  end(): void;
}

// A terminal shows about ten states a second as movement; a log is read later, by the line.
const BAR_MS = 100;
const LINE_MS = 5000;

/**
 * Shows progress: a bar on a terminal, elsewhere a plain line every five seconds, nothing when
 * `silent`. Work that is done sooner passes without a line.
 */
export function createProgress(talk: Talk, {silent = false, now = () => performance.now(), widthOf = (text: string) => text.length}: {
  readonly silent?: boolean; readonly now?: () => number; readonly widthOf?: (text: string) => number;
} = {}): Progress {
  if (silent) return {listen() {}, end() {}};
  let shown = talk.isTerminal ? -Infinity : now();
  let last: {readonly key: string; readonly since: number; readonly rows: number} | undefined;
  return {
    listen(event) {
      const time = now();
      const key = `${event.stage}\n${event.table ?? ''}`;
      if (last?.key !== key) last = {key, since: time, rows: event.rows ?? 0};
      if (time - shown < (talk.isTerminal ? BAR_MS : LINE_MS)) return;
      shown = time;
      const seconds = (time - last.since) / 1000;
      const perSecond = seconds >= 1 ? ((event.rows ?? 0) - last.rows) / seconds : 0;
      if (talk.isTerminal) talk.status(barLine(event, perSecond, talk, widthOf));
      else talk.line(plainLine(event, perSecond));
    },
    end() {
      talk.status(null);
    },
  };
}

function plainLine(event: ProgressEvent, perSecond: number): string {
  return [doing(event), ...amounts(event, perSecond)].join(', ');
}

function barLine(event: ProgressEvent, perSecond: number, talk: Talk, widthOf: (text: string) => number): string {
  const {rows, totalRows, tables, tablesDone} = event;
  // An estimate may be too low; a bar that is full before the end would be a lie.
  const share = totalRows !== undefined && rows !== undefined ? Math.min(0.99, rows / Math.max(1, totalRows)) : tables > 0 ? tablesDone / tables : 0;
  const width = 20;
  const full = Math.floor(share * width);
  const [on, off] = talk.unicode ? ['█', '░'] : ['#', '-'];
  const bar = on.repeat(full) + off.repeat(width - full);
  const text = [doing(event), ...amounts(event, perSecond)].join(', ');
  return `${bar} ${clip(text, talk.columns - width - 2, widthOf)}`;
}

const words: Readonly<Record<string, string>> = {plan: 'planning', copy: 'copying', finish: 'finishing', verify: 'verifying', examine: 'examining', publish: 'publishing'};

const doing = ({stage, table}: ProgressEvent) => `${words[stage] ?? stage}${table === undefined ? '' : ` ${oneLine(table)}`}`;

function amounts({stage, rows, totalRows, tables, tablesDone}: ProgressEvent, perSecond: number): string[] {
  return [
    ...(rows === undefined ? [] : [`${count(rows)}${totalRows === undefined ? '' : ` of ${stage === 'verify' ? '' : 'about '}${count(Math.max(rows, totalRows))}`} rows`]),
    ...(perSecond >= 1 ? [`${count(Math.round(perSecond))}/s`] : []),
    ...(tables > 1 ? [`table ${Math.min(tablesDone + 1, tables)} of ${tables}`] : []),
  ];
}

const count = (number: number) => number.toLocaleString('en-US');
const oneLine = (text: string) => printable(text.replace(/[\n\t]/g, ' '));

function clip(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > width - 3) break;
    kept += character;
  }
  return `${kept}...`;
}
