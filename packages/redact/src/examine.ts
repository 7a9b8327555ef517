import {normalise, scanIdentifiers, type Span} from '@sluice/identifiers';
import {findInColumns} from './names/columns.ts';
import {findInMessages} from './names/hl7.ts';
import {findInitials} from './names/initials.ts';
import {findLabelled} from './names/labelled.ts';
import {findLogins} from './names/logins.ts';
import {findInPaths} from './names/paths.ts';
import {findJoined, findRepeats} from './names/repeats.ts';
import {findInScripts} from './names/scripts.ts';
import {findNames} from './names/runs.ts';
import {widenNames} from './names/widen.ts';
import {findFacilities} from './places/facilities.ts';
import {findScriptAddresses} from './places/scripts.ts';
import {findStreets} from './places/streets.ts';
import {findTowns} from './places/towns.ts';
import {findUnproved} from './strict.ts';
import {openScan} from './text/scan.ts';
import {windows} from './windows.ts';
import {isFaint, outsideOfStreets} from './places/faint.ts';
import type {Heading} from './names/columns.ts';
import type {KnownValues} from './known/known-values.ts';
import type {NameMemory} from './names/repeats.ts';

export interface ExamineOptions {
  readonly strict?: boolean;
  readonly asOf?: string;
}

/** All finds of the engine in a window of a text, overlapping and in no order. Names and the heading of a table are carried from one window into the next. */
export function* examine(text: string, options: ExamineOptions, known: KnownValues | undefined): Generator<readonly Span[]> {
  const names: NameMemory = new Map();
  const table: {heading: Heading | null} = {heading: null};
  let window = 0;
  for (const {from, to, start, end} of windows(text)) {
    const source = normalise(from === 0 && to === text.length ? text : text.slice(from, to));
    const same = {text: source.text, original: (first: number, last: number): readonly [number, number] => [first, last]};
    const patterns = scanIdentifiers(same, options.asOf === undefined ? {} : {asOf: options.asOf});
    const columns = [...findInColumns(source.text, table), ...findInPaths(source.text), ...findInMessages(source.text), ...findScriptAddresses(source.text)];
    const scan = openScan(source.text, [...patterns.filter(span => span.class !== 'B' && !isFaint(span, source.text)), ...columns]);
    known?.find(scan);
    findFacilities(scan);
    findLabelled(scan);
    findLogins(scan);
    findStreets(scan);
    findTowns(scan);
    findNames(scan);
    findInitials(scan);
    findJoined(scan);
    findRepeats(scan, names, window++);
    widenNames(scan);
    const others: Span[] = [];
    findInScripts(scan, (first, last) => {
      others.push({start: first, end: last, class: 'A', kind: 'name.full', rule: 'name.script', score: 0.8});
    });
    if (options.strict === true) findUnproved(scan);
    const finds: Span[] = [];
    for (const span of [...outsideOfStreets(patterns, scan.spans, source.text), ...columns, ...scan.spans, ...others]) {
      const [first, last] = source.original(span.start, span.end);
      if (first + from >= start && first + from < end) finds.push({...span, start: first + from, end: last + from});
    }
    yield finds;
  }
}
