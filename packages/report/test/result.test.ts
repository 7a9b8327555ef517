import {PipelineError, type ResultColumn, type Row} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {chartOf, renderResult, renderResultHtml, type ChartChoice, type ResultReport} from '../src/index.ts';
import {elementsOf} from './markup-of.ts';

const columns = (...types: string[]): ResultColumn[] => types.map(text => {
  const [name = '', type = 'text'] = text.split(' ');
  return {name, type: type as ResultColumn['type']};
});
const licences: Row[] = [['Cat', '2014', 12], ['Cat', '2015', 120], ['Dog', '2014', 30], ['Dog', '2015', 0]];
const report = (more: Partial<ResultReport> & {readonly choice?: ChartChoice} = {}): ResultReport => {
  const {choice, ...others} = more;
  const base = {title: 'Licences', source: 'sqlite:pets.db', sql: 'SELECT 1', at: '2026-11-24T15:31:50.120Z', columns: columns('species', 'year', 'licences int'), rows: licences, isTruncated: false, ...others};
  return {chart: chartOf(base, choice), ...base};
};
const hostile = (): ResultReport => report({
  title: '<script>alert(1)</script>\u001b[31m"&\u202e', columns: columns('<b>&"\u001b]0;x\u0007', 'n int'), source: 'mysql://someone:hunter2@db/x', sql: "SELECT '</pre><script>' -- \u001b[2J",
  rows: [['</td><script>alert(2)</script>\u001b[2J\r\n\t"\'&', 1], ['\u202eabc\u2066', 2], ['https://user@host/x', 3], ['<img src=x onerror=alert(3)>', -4]],
});

describe('a chart', () => {
  test.each<{what: string; columns: ResultColumn[]; rows: Row[]; choice?: ChartChoice; title: string}>([
    {what: 'the first columns that tell rows apart stand beside, and the number behind them is drawn', columns: columns('species', 'year int', 'n int', 'avg decimal'), rows: [['Cat', 2014, 1, '0.5'], ['Cat', 2015, 1, '1.5'], ['Dog', 2014, 2, '2.5']], title: 'n by year, for each species'},
    {what: 'one column is enough where it tells them apart', columns: columns('species', 'n int', 'avg decimal'), rows: [['Cat', 1, '0.5'], ['Dog', 2, '2.5']], title: 'n by species'},
    {what: 'where nothing tells them apart, all others stand beside', columns: columns('species', 'n int'), rows: [['Cat', 1], ['Cat', 1]], title: 'n by species'},
    {what: 'a single number needs no label', columns: columns('n any'), rows: [[12n]], title: 'n'},
    {what: 'a number may stand in front', columns: columns('n int', 'species'), rows: [[1, 'Cat'], [2, 'Dog']], title: 'n by species'},
    {what: 'what is chosen counts', columns: columns('species', 'year', 'n int', 'm int'), rows: [['Cat', '1', 1, 2]], choice: {value: 'm', labels: ['species']}, title: 'm by species'},
    {what: 'a group alone leaves the rest', columns: columns('species', 'year', 'n int'), rows: [['Cat', '1', 1]], choice: {group: 'year'}, title: 'n by species, for each year'},
    {what: 'a value alone is looked for no more', columns: columns('species', 'year', 'n int', 'm int'), rows: [['Cat', '1', 1, 2], ['Cat', '2', 1, 2]], choice: {value: 'm'}, title: 'm by year, for each species'},
    {what: 'numbers among nulls are numbers', columns: columns('species', 'n any'), rows: [['Cat', null], ['Dog', 1.5]], title: 'n by species'},
  ])('$what', ({columns: of, rows, choice, title}) => {
    expect(chartOf({columns: of, rows}, choice)).toMatchObject({title});
  });

  test('is a sentence where there is nothing to draw', () => {
    expect(chartOf({columns: columns('a', 'b'), rows: [['x', '2014']]})).toBe('There is no chart: no column holds numbers.');
    expect(chartOf({columns: columns('a', 'n int'), rows: []})).toBe('There is no chart: there are no rows.');
    expect(chartOf({columns: columns('a', 'n any'), rows: [['x', null]]})).toBe('There is no chart: no column holds numbers.');
  });

  test.each<[string, ChartChoice, RegExp]>([
    ['a value', {value: 'licenses'}, /the chart's value: there is no column licenses/], ['a label', {labels: ['year', 'x']}, /labels: there is no column x/], ['a group', {group: 'x'}, /group: there is no column x/],
    ['a value that is no number', {value: 'year'}, /value: column year does not hold numbers/],
  ])('refuses %s of which there is none', (_, choice, says) => {
    expect(() => chartOf(report(), choice)).toThrow(says);
    expect(() => chartOf(report(), choice)).toThrow(PipelineError);
  });

  test('says how many of the rows it draws', () => {
    const rows = Array.from({length: 250}, (_, i): Row => [`r${i}`, i]);
    expect(chartOf({columns: columns('a', 'n int'), rows})).toMatchObject({note: 'The first 100 of 250 rows are drawn.', most: 99});
  });
});

describe('on a terminal', () => {
  test('is a table with every number, and bars on one scale', () => {
    expect(renderResult(report(), {width: 60})).toBe(`Licences
sqlite:pets.db · 2026-11-24 15:31:50 UTC

species  year  licences
───────────────────────
Cat      2014        12
Cat      2015       120
Dog      2014        30
Dog      2015         0
4 rows

licences by year, for each species
Cat
  2014  ████▊ 12
  2015  ████████████████████████████████████████████████ 120
Dog
  2014  ████████████ 30
  2015  0
`);
  });

  test('draws what is below zero to the left of it, in ASCII too', () => {
    const text = renderResult(report({columns: columns('a', 'n decimal'), rows: [['x', '-5.00'], ['y', '10.50'], ['z', null], ['w', '0.01']]}), {width: 40, unicode: false});
    expect(text.split('\n').slice(12)).toEqual(['x  ##########                      -5.00', 'y            ##################### 10.50', 'z                                  NULL', 'w            #                     0.01', '']);
  });

  test('keeps to its width with wide characters, and shortens texts, never numbers', () => {
    const text = renderResult(report({columns: columns('名前', 'text', 'big any'), rows: [['小白小白小白小白小白', 'e\u0301'.repeat(40), 123456789012345678901234567890n], ['🐾 Biscuit', 'x', -1n]]}), {width: 60});
    const lines = text.split('\n');
    expect(lines[5]).toBe('小白小白小白…  e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301…  123456789012345678901234567890');
    expect(lines[6]).toContain('🐾 Biscuit');
    expect(renderResult(report({columns: columns('n any'), rows: [[10n ** 80n]]}), {width: 40})).toContain(String(10n ** 80n));
  });

  test('gives each row lines of its own where the columns do not fit beside each other', () => {
    const names = Array.from({length: 7}, (_, i) => `column_${i}`);
    const text = renderResult(report({columns: columns(...names), rows: [names.map((_, i) => `${i} ${'x'.repeat(40)}`), names.map(() => null)], chart: null}), {width: 50});
    expect(text.split('\n').slice(3, 6)).toEqual(['row 1', '  column_0  0 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', '  column_1  1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…']);
    expect(text).toContain('\nrow 2\n  column_0  NULL\n');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(50);
  });

  test('cannot be steered by what rows, names or titles hold', () => {
    const text = renderResult(hostile(), {width: 200});
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    expect(text).toContain('\\u{1b}[2J');
    expect(text).not.toContain('hunter2');
    // A value stays what it is.
    expect(text).toContain('https://user@host/x');
  });

  test('has colours only when they are wanted', () => {
    expect(renderResult(report())).not.toContain('\u001b');
    expect(renderResult(report(), {color: true})).toContain('\u001b[32m');
  });

  test('says when there are no rows, no numbers, or more rows', () => {
    expect(renderResult(report({rows: []}))).toMatch(/\n\nThere are no rows\.\n$/);
    expect(renderResult(report({columns: columns('a'), rows: [['x']]}))).toMatch(/1 row\n\nThere is no chart: no column holds numbers\.\n$/);
    expect(renderResult(report({isTruncated: true}))).toContain('the first 4 rows; there are more');
    expect(renderResult(report({chart: null}))).toMatch(/4 rows\n$/);
  });
});

describe('as a page', () => {
  const tool = {name: 'example', version: '1.0.0'};
  const page = (more?: Parameters<typeof report>[0]) => renderResultHtml(report(more), tool);
  const textOf = (html: string, id: string) => elementsOf(html).find(({attributes}) => attributes.get('id') === id)?.text.replace(/\s+/gu, ' ').trim();

  test('has the bars, every value, from what and when', () => {
    const html = page();
    const cells = elementsOf(html).filter(({tag}) => tag === 'td').map(({text}) => text);
    expect(cells).toEqual(licences.flat().map(String));
    expect(elementsOf(html).filter(({tag}) => tag === 'rect').map(({attributes}) => attributes.get('width'))).toEqual(['10', '100', '25', '0']);
    expect(elementsOf(html).find(({attributes}) => attributes.get('role') === 'img')?.attributes.get('aria-label')).toBe('Bar chart: licences by year, for each species. The numbers are in the table below.');
    expect(textOf(html, 'asked')).toContain('sqlite:pets.db');
    expect(textOf(html, 'asked')).toContain('2026-11-24 15:31:50 UTC');
    expect(html).toContain('SELECT 1');
  });

  test('keeps its structure, loads and runs nothing, whatever rows, names and titles hold', () => {
    const html = renderResultHtml(hostile(), tool);
    const known = new Set(elementsOf(page({isTruncated: true, rows: [['Cat', null, 1]]})).map(({tag}) => tag));
    for (const {tag, attributes} of elementsOf(html)) {
      expect(known.has(tag) || ['i'].includes(tag), tag).toBe(true);
      for (const name of attributes.keys()) expect(name).not.toMatch(/^(?:on.*|src|href|style|action)$/u);
    }
    expect(html).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/u);
    expect(html).not.toContain('hunter2');
    expect(html).toContain('https://user@host/x');
    expect(html).toContain("default-src 'none'");
  });

  test('shows a bar below zero on the left of zero', () => {
    const rects = elementsOf(page({columns: columns('a', 'n int'), rows: [['x', -25], ['y', 75], ['z', null]]})).filter(({tag}) => tag === 'rect');
    expect(rects.map(({attributes}) => [attributes.get('x'), attributes.get('width')])).toEqual([['0', '25'], ['25', '75'], ['25', '0']]);
    // Grids of their own would give each group another scale.
    expect(page()).toMatch(/\.chart :is\(\.group,\.group>div\)\{display:contents\}/);
  });

  test('says when there are no rows, no numbers, or more rows, and tells NULL from a text', () => {
    expect(textOf(page({rows: []}), 'rows')).toBe('The numbers There are no rows.');
    expect(textOf(page({columns: columns('a'), rows: [['x']]}), 'rows')).toContain('There is no chart: no column holds numbers.');
    expect(page({isTruncated: true})).toContain('These are the first 4 rows; there are more.');
    expect(page({columns: columns('a', 'b bytes'), rows: [[null, new Uint8Array([0, 255])], ['NULL', null]]})).toMatch(/<i class="quiet">NULL<\/i>.*x&#39;00ff&#39;.*<bdi>NULL<\/bdi>/su);
  });

  test('is the same for the same answer', () => {
    expect(page()).toBe(page());
  });
});
