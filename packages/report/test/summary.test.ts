import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import type {Omission} from '@sluice/core';
import {renderSummary} from '../src/index.ts';
import {failedReport, hostileReport, sampleReport, sampleTable, undecidedReport} from './sample-report.ts';

const ESCAPE = String.fromCharCode(27);
const linesOf = (text: string): string[] => text.split('\n');
/** The lines between the two rules: one a table. */
const tableOf = (text: string): string[] => {
  const lines = linesOf(text);
  const rules = lines.flatMap((line, i) => /^ *[─-]{10,}$/u.test(line) ? [i] : []);
  return lines.slice(rules[0]! + 1, rules[1]);
};

describe('at the end of a run the terminal shows', () => {
  test('verdict, rows read and written, columns dropped and transformed, times, proof and the report', () => {
    const text = renderSummary(sampleReport(), {reportPath: 'demo-output/report.html', hint: 'Your own:\n  npm run demo -- --source mysql://user@host/db'});
    expect(text).toContain('✓ Copied and proved');
    expect(text).toMatch(/From +sqlite demo-output\/source\.db/u);
    expect(text).toMatch(/To +sqlite demo-output\/collab\.db \(9\.8 MB\)/u);
    expect(text).toMatch(/Table +Read +Written +Dropped +Transformed +Time/u);
    expect(text).toMatch(/data_4_cw_t +49,838 +49,838 +3 +0\.83 s +✓/u);
    expect(text).toMatch(/29 tables +124,618 +124,618 +48 +46 /u);
    for (const stage of ['plan', 'read', 'transform', 'digest', 'write', 'finish', 'verify', 'publish', 'in all']) expect(text).toMatch(new RegExp(`^ +${stage} +[\\d.]+ s`, 'mu'));
    expect(text).toMatch(/Dropped +48 columns \(42 gone, 6 blanked\)/u);
    expect(text).toMatch(/Transformed +45 columns added, 1 changed/u);
    expect(text).toMatch(/Left out +5 tables; 3 indexes, 1 index prefix, 1 view$/mu);
    expect(text).toMatch(/Verified +all 29 tables read back, 124,618 rows, equal/u);
    expect(text).toMatch(/Report +demo-output\/report\.html/u);
    expect(text.trimEnd().endsWith('npm run demo -- --source mysql://user@host/db')).toBe(true);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('what could not travel, each kind by its own name', () => {
    const of = (table: string | null, kind: Omission['kind'], name: string): Omission => ({table, kind, name, reason: 'it does not travel'});
    const text = renderSummary(sampleReport({excluded: [], omissions: [
      of('t', 'trigger', 'a'), of('t', 'trigger', 'b'), of(null, 'procedure', 'p'), of(null, 'function', 'f'), of(null, 'event', 'e'),
      of('t', 'table', 't'), of(null, 'table', 'virtual'), of('t', 'default', 'at'),
    ]}), {width: 160});
    expect(text).toMatch(/Left out +1 unread table, 1 default, 2 triggers, 1 procedure, 1 function, 1 event, 1 table property$/mu);
    expect(renderSummary(sampleReport({excluded: [], omissions: []}))).not.toContain('Left out');
  });

  test('the error and its remedy when it failed, problem by problem', () => {
    const text = renderSummary(undecidedReport());
    expect(text).toMatch(/✗ Failed, nothing published/u);
    expect(text).toContain('- gen_family.nickname: no decision');
    expect(text).toContain('    columns:\n        nickname: drop   # or keep');
  });

  test('at most ten problems, and how many more there are', () => {
    const problems = Array.from({length: 25}, (_, i) => ({path: `t.c${i}`, message: 'no decision'}));
    const text = renderSummary(sampleReport({status: 'failed', published: false, error: {code: 'SLUICE_UNDECIDED', message: '25 decisions are missing', problems}}));
    expect(text).toContain('- t.c9: no decision');
    expect(text).not.toContain('t.c10');
    expect(text).toContain('- and 15 more');
  });
});

describe('a long list of tables', () => {
  test('fits a screen: the largest tables, then the sum of the others, then the sum of all', () => {
    const text = renderSummary(sampleReport(), {reportPath: 'report.html', hint: 'next:\n  command'});
    expect(linesOf(text).length).toBeLessThanOrEqual(45);
    expect(tableOf(text)).toHaveLength(11);
    expect(tableOf(text).at(-1)).toMatch(/and 19 smaller tables +30,013 +30,013 +39 +27/u);
  });

  test('is not summed up where that would save nothing', () => {
    const tables = Array.from({length: 12}, (_, i) => sampleTable(`t${i}`, i));
    expect(tableOf(renderSummary(sampleReport({tables})))).toHaveLength(12);
    expect(renderSummary(sampleReport({tables: [...tables, sampleTable('t12', 12)]}))).toContain('and 3 smaller tables');
  });

  test('begins with what failed, however small it is', () => {
    const tables = [...sampleReport().tables, sampleTable('tiny', 0, {status: 'failed', verified: false, digest: null})];
    expect(tableOf(renderSummary(sampleReport({status: 'partial', tables})))[0]).toMatch(/tiny +0 +0 .*✗/u);
  });

  test('marks the sum as proved only when all of it is', () => {
    expect(renderSummary(sampleReport())).toMatch(/29 tables .*✓$/mu);
    expect(renderSummary(failedReport())).not.toMatch(/29 tables .*✓$/mu);
  });
});

describe('the layout', () => {
  const reports = {sample: sampleReport(), failed: failedReport(), hostile: hostileReport()};

  test.each([50, 60, 80, 120].flatMap(width => Object.entries(reports).map(([name, report]) => [width, name, report] as const)))(
    'at %i columns, %s: no line is too long', (width, _, report) => {
      const text = renderSummary({...report, ...(report.error && {error: {code: report.error.code, message: 'it broke'}})}, {width, reportPath: 'demo-output/report.html'});
      for (const line of linesOf(text)) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    });

  test.each([60, 80, 120])('at %i columns: numbers stand under each other, whatever script the names are in', width => {
    const names = ['家族', 'Müller', 'семья', '👨‍👩‍👧‍👦', 'u\u0308ber', 'plain'];
    const text = renderSummary(sampleReport({tables: names.map((name, i) => sampleTable(name, 1000 * (i + 1)))}), {width});
    const ends = tableOf(text).map(line => stringWidth(line.slice(0, line.indexOf(' s  ✓'))));
    expect(new Set(ends).size).toBe(1);
    expect(ends).toHaveLength(names.length);
  });

  test.each([[60, false], [80, true], [120, true]])('at %i columns: shows dropped and transformed columns: %s', (width, shown) => {
    expect(/Read +Written +Dropped +Transformed/u.test(renderSummary(sampleReport(), {width}))).toBe(shown);
    expect(renderSummary(sampleReport(), {width})).toMatch(/Read +Written/u);
  });

  test('shortens names between characters, not within them', () => {
    const text = renderSummary(sampleReport({tables: [sampleTable('👨‍👩‍👧‍👦'.repeat(60), 1)]}), {width: 60});
    expect(text).toContain('👨‍👩‍👧‍👦…');
    expect(text).not.toContain('\u200d…');
  });
});

describe('the terminal', () => {
  test('gets no escape sequence without colour, and only colours with it', () => {
    const plain = renderSummary(failedReport());
    const coloured = renderSummary(failedReport(), {color: true});
    expect(plain).not.toContain(ESCAPE);
    expect(coloured).toContain(`${ESCAPE}[1m`);
    expect(coloured.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'gu'), '')).toBe(plain);
  });

  test('gets plain ASCII where it shows nothing else', () => {
    const text = renderSummary(sampleReport(), {unicode: false, width: 60});
    expect(text).toMatch(/^[\n\u0020-\u007e]*$/u);
    expect(text).toContain('ok Copied and proved');
  });

  test('cannot be steered by a name, a message or a remedy', () => {
    const text = renderSummary(hostileReport());
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/u);
    expect(text).toContain('\\u{1b}[31m');
  });

  test('never shows what stands before the @ of a URL', () => {
    const text = renderSummary(hostileReport(), {width: 200});
    for (const secret of ['hunter2', 's3cret', '//root', 'root@', 'someone']) expect(text.includes(secret), secret).toBe(false);
  });
});
