import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import type {RunReport} from '@sluice/core';
import {renderHtml, renderSummary, verdictOf} from '../src/index.ts';
import {elementsOf, type Element} from './markup-of.ts';
import {quietReport, sampleReport, sampleTable, updateReport} from './sample-report.ts';

const elements = (page: string, tag: string): Element[] => elementsOf(page).filter(each => each.tag === tag);
const textOf = (page: string, id: string): string => elementsOf(page).find(each => each.attributes.get('id') === id)!.text.replace(/\s+/gu, ' ').trim();

const drift = 'the file was changed by somebody else: table gen_twins: its rows were edited in the file';

/** As many tables as a large study has. */
function large(kind: 'none' | 'incremental' | 'full'): RunReport {
  const effects = ['father', 'mother', 'twin'].map(person => ({
    column: `${person}age`, effect: 'added' as const, method: `age of the ${person} in months: gen_parentdates.${person}dob at data_4_tr.packsent`,
  }));
  const tables = Array.from({length: 912}, (_, i) => sampleTable(`data_4_questionnaire_${i}`, 2000, {
    effects: i % 2 === 0 ? effects : [],
    columns: Array.from({length: 17}, (_, c) => ({column: `q${c}`, from: 'tinyint(4)', to: 'INTEGER'})),
    ...(kind !== 'full' && {change: {kind: kind === 'incremental' && i % 200 === 0 ? 'patched' : 'unchanged', reasons: [], rows: 2000}}),
  }));
  return (kind === 'none' ? quietReport : kind === 'incremental' ? updateReport : sampleReport)({tables, excluded: []});
}

describe('at the end of an update the terminal shows', () => {
  test('the tables that changed, what happened to them and why, and how many stayed', () => {
    expect(renderSummary(updateReport({warnings: [drift]}), {width: 100, reportPath: 'demo-output/collab.report.html'})).toMatchSnapshot();
  });

  test('three lines when there was nothing to do', () => {
    expect(renderSummary(quietReport(), {reportPath: 'demo-output/collab.report.html'})).toMatchSnapshot();
  });

  test('warnings even when there was nothing to do', () => {
    expect(renderSummary(quietReport({warnings: ['the clock of this machine jumped back']}))).toMatch(/Warning +the clock of this machine jumped back/u);
  });

  test('at most six warnings, and how many more there are', () => {
    const text = renderSummary(updateReport({warnings: Array.from({length: 9}, (_, i) => `warning ${i}`)}));
    expect(text).toContain('warning 5');
    expect(text).not.toContain('warning 6');
    expect(text).toContain('and 3 more warnings, listed in the report');
  });

  test('at most twenty changed tables, those that failed first', () => {
    const tables = Array.from({length: 40}, (_, i) => sampleTable(`t${i}`, 5, {
      change: {kind: 'rewritten', reasons: ['its rows changed'], rows: 5}, ...(i === 39 && {status: 'failed' as const, verified: false}),
    }));
    const lines = renderSummary(updateReport({tables, status: 'failed', published: false})).split('\n');
    const first = lines.findIndex(line => /^ +Table/u.test(line)) + 2;
    expect(lines[first]).toMatch(/t39 .*✗/u);
    expect(lines[first + 20]).toContain('and 21 more tables, named in the report');
  });

  test.each([40, 50, 60, 80, 120, 200].flatMap(width => [updateReport(), quietReport()].map(report => [width, report.refresh!.kind, report] as const)))(
    'at %i columns, %s: no line is too long', (width, _, report) => {
      const short = {...report, source: {...report.source, label: 'db'}, destination: {...report.destination, label: 'c.db', archived: null}};
      for (const line of renderSummary(short, {width, reportPath: 'r.html'}).split('\n')) {
        if (!/\S{30,}/u.test(line)) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
      }
    });

  test('nothing of tables that were not written as if they had been read back', () => {
    const text = renderSummary(updateReport(), {width: 160});
    expect(text).toMatch(/Verified +4 changed tables, 17,650 rows written, read back, equal; 25 as an earlier run proved them/u);
    expect(renderSummary(updateReport({verification: {status: 'skipped', tables: 0, rows: 0}}), {width: 160})).toMatch(/Verified +4 changed tables, 17,650 rows written, not read back/u);
  });

  test('which tables nobody looked at, as single ones were asked for, and does not call them unchanged', () => {
    const {refresh, tables} = updateReport();
    const unlooked = tables.filter(({change}) => change!.kind === 'unchanged').map(({name}) => name);
    const all = updateReport({refresh: {...refresh!, unlooked}});
    expect(renderSummary(all, {width: 100})).toMatch(/^ *25 tables not looked at$/mu);
    expect(renderSummary(all, {width: 100})).not.toMatch(/unchanged/u);
    expect(verdictOf(all).sentence).toContain('25 tables were not looked at.');
    const page = renderHtml(all);
    expect(textOf(page, 'since')).toMatch(/25 not looked at/u);
    expect(textOf(page, 'since')).not.toMatch(/unchanged/u);
    expect(textOf(page, 'tables')).toMatch(/25 tables not looked at/u);
    expect(textOf(page, 'proof')).not.toMatch(/digests over all of their rows are what they were/u);
    const some = updateReport({refresh: {...refresh!, unlooked: unlooked.slice(0, 5)}});
    expect(renderSummary(some, {width: 100})).toMatch(/^ *20 tables unchanged, 5 not looked at$/mu);
    expect(textOf(renderHtml(some), 'since')).toMatch(/20 unchanged.* 5 not looked at/u);
  });

  test('why everything was copied, and that it went on from where a run had stopped', () => {
    const refresh = {...updateReport().refresh!, kind: 'full' as const, reasons: ['there is no record of an earlier run for this target'], resumed: true, rowsKept: 49_000, since: null, removed: []};
    const text = renderSummary(sampleReport({refresh}));
    expect(text).toMatch(/Copied and proved/u);
    expect(text).toMatch(/data_4_cw_t +49,838 +49,838/u);
    expect(text).toMatch(/Why all +there is no record of an earlier run for this target/u);
    expect(text).toMatch(/Resumed +went on with what a run that did not end had done: 49,000 rows\s+did not move again/u);
    expect(text).toMatch(/Receipt +demo-output\/collab\.receipt\.json/u);
  });
});

describe('the verdict of an update', () => {
  test.each([
    ['something changed', updateReport(), 'good', 'Updated and proved'],
    ['it was not read back', updateReport({verification: {status: 'skipped', tables: 0, rows: 0}}), 'caution', 'Updated, not proved'],
    ['nothing changed', quietReport(), 'good', 'Nothing changed in 29 tables'],
    ['it failed', updateReport({status: 'failed', published: false}), 'bad', 'Failed, nothing published'],
    ['it was stopped', updateReport({status: 'interrupted', published: false}), 'caution', 'Interrupted, nothing published'],
    ['published although verification failed', updateReport({verification: {status: 'failed', tables: 1, rows: 1}}), 'bad', 'Published without proof'],
  ])('%s', (_, report, tone, headline) => {
    expect(verdictOf(report)).toMatchObject({tone, headline});
  });

  test('never says that something was copied when nothing was', () => {
    for (const report of [quietReport(), updateReport()]) {
      expect(verdictOf(report).headline).not.toMatch(/copied/iu);
      expect(renderSummary(report)).not.toMatch(/copied/iu);
      expect(elements(renderHtml(report), 'title')[0]!.text).not.toMatch(/copied/iu);
    }
  });

  test('says that the bytes are the same only when they are', () => {
    const edited = quietReport({refresh: {...quietReport().refresh!, asLeft: false}});
    expect(verdictOf(quietReport()).sentence).toContain('byte for byte');
    for (const text of [verdictOf(edited).sentence, renderSummary(edited), renderHtml(edited)]) expect(text).not.toContain('byte for byte');
  });
});

describe('the page of an update', () => {
  const page = renderHtml(updateReport({warnings: [drift]}));

  test('has a line for each table that changed, with what and why', () => {
    const changed = elements(page, 'table').find(({attributes}) => attributes.get('class') === 'tables moved')!.text.replace(/\s+/gu, ' ');
    expect(changed).toMatch(/calc_4_br ?made anew ?2,294 ?2,294 ?proved.*why ?packsent of data_4_tr changed/u);
    expect(changed).toMatch(/data_4_cw_t ?changed rows ?49,838 ?4,005 ?proved.*rows changed in 2 of 25 ranges/u);
    expect(changed).toMatch(/data_rd_au_t ?new ?1,177.*it was not there before/u);
    expect(changed).toMatch(/trash_old ?removed.*it is no longer at the source/u);
    expect(changed).not.toContain('data_palmprints');
  });

  test('folds the others away, names them and counts them', () => {
    const folded = elements(page, 'details').find(({attributes}) => attributes.get('class') === 'unchanged')!;
    expect(elements(page, 'summary').map(({text}) => text)).toContain('25 tables unchanged');
    for (const {name, effects} of updateReport().tables.filter(({change}) => change!.kind === 'unchanged')) {
      expect(folded.text).toContain(name);
      for (const {column} of effects) expect(folded.text).toContain(column);
    }
  });

  test('says since when, what was found by kind, what the file was like and where the receipt is', () => {
    expect(textOf(page, 'since')).toMatch(/25 unchanged 1 with changed rows 2 made anew 1 new 1 removed.*2026-11-23 02:00:11 UTC.*byte for byte.*0\.43 s.*demo-output\/collab\.receipt\.json/u);
    expect(textOf(page, 'figures')).toMatch(/Tables29.*Changed525 unchanged.*Rows in all124,618.*Rows written17,650/u);
    expect(textOf(page, 'warnings')).toContain('changed by somebody else');
  });

  test('says why everything was copied, where it was', () => {
    const refresh = {...updateReport().refresh!, kind: 'full' as const, reasons: ['the file of the last run is gone'], resumed: true, rowsKept: 1, removed: []};
    const full = renderHtml(sampleReport({refresh}));
    expect(textOf(full, 'since')).toMatch(/everything was copied.*the file of the last run is gone.*it went on.*: 1 row did not move again/u);
    expect(elements(full, 'details').some(({attributes}) => attributes.get('class') === 'unchanged')).toBe(false);
  });

  test('claims to have read back only what it wrote', () => {
    expect(textOf(page, 'proof')).toMatch(/4 tables and 17,650 rows agree\. 25 tables stayed as the run that wrote them had proved: the SHA-256 of the whole file/u);
    expect(textOf(renderHtml(quietReport()), 'proof')).not.toContain('read again');
  });

  test.each(['none', 'incremental', 'full'] as const)('of 912 tables is small: %s', kind => {
    const text = renderHtml(large(kind));
    elementsOf(text);
    expect(text.match(/data_4_questionnaire_\d+<\/bdi>/gu)).toHaveLength(912);
    expect(text.length).toBeLessThan(kind === 'full' ? 600_000 : 200_000);
  });
});

describe('input from outside in an update', () => {
  const canary = '<script>alert("c4n4ry")</script>\'&\u0000\u001b[31m\u202e mysql://root:hunter2@db.example.net/x';
  const hostile = updateReport({
    destination: {kind: 'sqlite', label: canary, archived: canary, bytes: 5}, warnings: [canary],
    tables: (['patched', 'new', 'rewritten', 'unchanged'] as const).map(kind => sampleTable(canary + kind, 1, {
      target: canary, change: {kind, reasons: kind === 'unchanged' ? [] : [canary], rows: 1}, effects: [{column: canary, effect: 'blanked', method: canary}],
    })),
    refresh: {...updateReport().refresh!, since: canary, receipt: canary, removed: [{name: canary, reason: canary}]},
  });
  const quiet = {...hostile, published: false, refresh: {...hostile.refresh!, kind: 'none' as const}};
  const full = {...hostile, refresh: {...hostile.refresh!, kind: 'full' as const, reasons: [canary], resumed: true}};

  test.each([['incremental', hostile], ['none', quiet], ['full', full]])('%s: is escaped on the page, wherever it stands', (_, report) => {
    const page = renderHtml(report);
    expect(page).not.toMatch(/<script/iu);
    expect(page).toContain('c4n4ry');
    expect(page).not.toContain('hunter2');
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/u);
    const known = new Set([updateReport(), sampleReport(), quietReport()].flatMap(each => elementsOf(renderHtml(each))).map(({tag}) => tag));
    for (const {tag, attributes} of elementsOf(page)) {
      expect(known.has(tag), tag).toBe(true);
      for (const name of attributes.keys()) expect(name).not.toMatch(/^(?:on.*|src|href|style)$/u);
    }
  });

  test.each([['incremental', hostile], ['none', quiet], ['full', full]])('%s: cannot steer the terminal', (_, report) => {
    for (const width of [40, 80, 300]) {
      const text = renderSummary(report, {width});
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/u);
      expect(text).not.toContain('hunter2');
    }
  });
});
