import {describe, expect, test} from 'vitest';
import {renderHtml} from '../src/index.ts';
import {elementsOf, type Element} from './markup-of.ts';
import {failedReport, hostileReport, sampleReport, sampleTable, undecidedReport} from './sample-report.ts';

const all = {sample: sampleReport(), failed: failedReport(), undecided: undecidedReport(), hostile: hostileReport(), empty: sampleReport({tables: []})};

const textOf = (page: string, id: string): string => {
  const found = elementsOf(page).find(each => each.attributes.get('id') === id);
  if (!found) throw new Error(`no element with the id ${id}`);
  return found.text.replace(/\s+/gu, ' ').trim();
};
const ids = (page: string): string[] => elementsOf(page).flatMap(each => each.attributes.get('id') ?? []);
const tags = (page: string, tag: string): Element[] => elementsOf(page).filter(each => each.tag === tag);

describe('input from outside', () => {
  const page = renderHtml(hostileReport(), {title: '<b>&"'});

  test('is escaped wherever it stands: the page keeps its own structure', () => {
    const known = new Set([...elementsOf(renderHtml(sampleReport())), ...elementsOf(renderHtml(failedReport())), ...elementsOf(renderHtml(undecidedReport()))].map(each => each.tag));
    for (const {tag} of elementsOf(page)) expect(known.has(tag), tag).toBe(true);
    expect(page).not.toMatch(/<script/iu);
    expect(page).toContain('&#60;script&#62;');
    expect(tags(page, 'title')[0]!.text).toContain('<b>&"');
  });

  test('cannot bring control characters or turn the direction of a line', () => {
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/u);
    expect(page).toContain('\\u{202e}');
  });

  test('never shows what stands before the @ of a URL', () => {
    for (const secret of ['hunter2', 's3cret', '//root', 'someone', 'root@']) expect(page.includes(secret), secret).toBe(false);
    expect(page.includes('mysql://db.example.net/study')).toBe(true);
  });

  test('keeps names of any script and length', () => {
    expect(page).toContain('семья 家族 👨‍👩‍👧‍👦 عائلة');
    expect(page).toContain('very_long_name_'.repeat(12));
  });
});

describe('the page stands alone', () => {
  test.each(Object.entries(all))('%s: loads nothing and runs nothing', (_, report) => {
    const page = renderHtml(report);
    for (const {tag, attributes} of elementsOf(page)) {
      expect(['script', 'link', 'img', 'iframe', 'object', 'form', 'a']).not.toContain(tag);
      for (const name of attributes.keys()) expect(name).not.toMatch(/^(?:on.*|src|href|style|action)$/u);
    }
    expect(page).not.toMatch(/url\(|@import|https?:\/\//u);
    expect(page).toContain("default-src 'none'");
  });

  test('is the same for the same report', () => {
    expect(renderHtml(sampleReport())).toBe(renderHtml(sampleReport()));
  });
});

describe('the verdict', () => {
  const headline = (page: string) => tags(page, 'h1')[0]!.text;

  test.each([
    ['copied and read back', sampleReport(), 'Copied and proved', 'good'],
    ['copied, not read back', sampleReport({
      verification: {status: 'skipped', tables: 0, rows: 0}, tables: [sampleTable('a', 3, {verified: false, digest: null})],
    }), 'Copied, not proved', 'caution'],
    ['one table was not read back', sampleReport({tables: [sampleTable('a', 3), sampleTable('b', 3, {verified: false, digest: null})]}), 'Copied, proved in part', 'caution'],
    ['published although verification failed', sampleReport({verification: {status: 'failed', tables: 1, rows: 1}}), 'Published without proof', 'bad'],
    ['ok, but not published', sampleReport({published: false}), 'Nothing was published', 'caution'],
    ['read back and different', failedReport(), 'Not proved, nothing published', 'bad'],
    ['stopped before reading', undecidedReport(), 'Failed, nothing published', 'bad'],
    ['failed after publishing', failedReport({published: true}), 'Failed after publishing', 'bad'],
    ['some tables failed', hostileReport(), 'Copied in part', 'caution'],
    ['stopped by hand', sampleReport({status: 'interrupted', published: false}), 'Interrupted, nothing published', 'caution'],
    ['stopped by hand, late', sampleReport({status: 'interrupted'}), 'Interrupted after publishing', 'caution'],
  ])('%s', (_, report, expected, tone) => {
    const page = renderHtml(report);
    expect(headline(page)).toBe(expected);
    expect(tags(page, 'title')[0]!.text).toBe(`mysql-to-sqlite: ${expected}`);
    expect(tags(page, 'html')[0]!.attributes.get('data-tone')).toBe(tone);
  });

  test('calls nothing proved that was not read back', () => {
    const page = renderHtml(sampleReport({verification: {status: 'skipped', tables: 0, rows: 0}, tables: [sampleTable('a', 3, {verified: false, digest: null})]}));
    expect(textOf(page, 'tables')).toContain('not proved');
    expect(textOf(page, 'proof')).not.toContain('agree');
  });
});

describe('the sections', () => {
  test('say everything that the report says', () => {
    const report = sampleReport({warnings: ['2 tables have no snapshot'], tables: [
      ...sampleReport().tables, sampleTable('odd', 5, {target: 'odd_1', adjustments: [{column: 'born', kind: 'zero date kept as text', count: 4321}]}),
    ]});
    const page = renderHtml(report);
    expect(ids(page).filter(id => !id.endsWith('-heading'))).toEqual([
      'figures', 'route', 'proof', 'changes', 'tables', 'notes', 'excluded', 'omissions', 'warnings', 'adjustments', 'timings', 'mappings',
    ]);
    expect(textOf(page, 'figures')).toMatch(/Tables30.*Rows read124,623.*Rows written124,623.*42 dropped, 6 blanked.*Time4\.2 s.*9\.8 MB/u);
    expect(textOf(page, 'route')).toMatch(/demo-output\/source\.db.*change counter 35.*demo-output\/collab\.db.*yes, at once.*user_ph4 scores/u);
    expect(textOf(page, 'proof')).toMatch(/29 of 30 tables and 124,618 rows agree.*[0-9a-f]{64}/u);
    expect(textOf(page, 'changes')).toMatch(/dropped.*free text, addresses and numbers.*names.*blanked.*without a reason given63.*changed.*five years together1.*added.*age of the father in months/u);
    expect(textOf(page, 'notes')).toMatch(/no date in gen_parentdates\.fatherdob.*fatherage.*5,543/u);
    expect(textOf(page, 'excluded')).toContain('social security numbers');
    expect(textOf(page, 'omissions')).toMatch(/Indexes 3.*uses a column that is left out.*motherlastname.*Views 1.*user_contact list/u);
    expect(textOf(page, 'warnings')).toContain('2 tables have no snapshot');
    expect(textOf(page, 'adjustments')).toMatch(/odd.*born.*zero date kept as text.*4,321/u);
    expect(textOf(page, 'timings')).toMatch(/plan.*0\.18 s.*read.*1\.2 s.*verify.*0\.70 s.*publish.*0\.04 s/u);
    expect(textOf(page, 'mappings')).toMatch(/decimal\(12,10\).*TEXT.*no affinity rounds it/u);
  });

  test('name every table and every column that was dropped, blanked, changed or added', () => {
    const report = sampleReport();
    const tables = textOf(renderHtml(report), 'tables');
    for (const table of report.tables) {
      expect(tables).toContain(table.name);
      for (const effect of table.effects) expect(tables).toContain(effect.column);
    }
    expect(tables).toContain('written');
  });

  test('say a note without a count as a sentence', () => {
    expect(textOf(renderHtml(sampleReport()), 'tables')).toMatch(/noted ?no ages: the study has no date for phase sd/u);
  });

  test('fold away many notes of a table, without losing one', () => {
    const notes = Array.from({length: 12}, (_, i) => ({column: `c${i % 2}`, message: `reason ${i >> 1}`, count: i + 1}));
    const page = renderHtml(sampleReport({tables: [sampleTable('a', 1, {notes})]}));
    expect(tags(page, 'summary')[0]!.text).toBe('6 things, and how often');
    for (const {message} of notes) expect(tags(page, 'details')[0]!.text).toContain(message);
    expect(textOf(page, 'notes')).toMatch(/reason 5 ?c0c1 ?23/u);
  });

  test('do not add up what every table says of the same thing', () => {
    const notes = [{column: 'c', message: 'two rows for a key', count: 21}];
    const page = renderHtml(sampleReport({tables: [sampleTable('a', 1, {notes}), sampleTable('b', 1, {notes})]}));
    expect(textOf(page, 'notes')).toMatch(/two rows for a key ?c ?21 each ?2/u);
  });

  test('sum up methods that would fill the page, largest first', () => {
    const table = sampleTable('a', 1, {effects: Array.from({length: 40}, (_, i) => ({column: `c${i}`, effect: 'added' as const, method: `way ${i}`}))});
    const changes = textOf(renderHtml(sampleReport({tables: [table]})), 'changes');
    expect(changes.match(/way \d+/gu)).toHaveLength(16);
    expect(changes).toMatch(/24 other ways, named with each table24/u);
  });

  test('are left out where there is nothing to say', () => {
    const page = renderHtml(undecidedReport());
    expect(ids(page).filter(id => !id.endsWith('-heading'))).toEqual(['errors', 'figures', 'route', 'proof', 'timings']);
  });

  test('put an error first, with its place, all its problems and the remedy to paste', () => {
    const page = renderHtml(undecidedReport());
    expect(textOf(page, 'errors')).toMatch(/2 decisions are missing.*SLUICE_UNDECIDED.*gen_family\.nickname: no decision.*data_6_tr: no decision.*What to do/u);
    expect(tags(page, 'pre')[0]!.text).toContain('    columns:\n      nickname: drop   # or keep');
    expect(textOf(renderHtml(failedReport()), 'errors')).toContain('table data_4_cw_t');
  });

  test('tell an error once when run and table have the same', () => {
    expect(tags(renderHtml(failedReport()), 'div').filter(each => each.attributes.get('class') === 'error')).toHaveLength(1);
  });
});

describe('for everybody', () => {
  test.each(Object.entries(all))('%s: has a language, one h1 and headings that skip no level', (_, report) => {
    const page = renderHtml(report);
    expect(tags(page, 'html')[0]!.attributes.get('lang')).toBe('en');
    expect(tags(page, 'h1')).toHaveLength(1);
    const levels = elementsOf(page).filter(each => /^h\d$/u.test(each.tag)).map(each => Number(each.tag[1]));
    levels.forEach((level, i) => expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1));
    expect(tags(page, 'main')).toHaveLength(1);
  });

  test.each(Object.entries(all))('%s: every table has a caption, every heading cell a scope, every section a name', (_, report) => {
    const page = renderHtml(report);
    const known = ids(page);
    expect(new Set(known).size).toBe(known.length);
    expect(tags(page, 'caption')).toHaveLength(tags(page, 'table').length);
    for (const {attributes} of tags(page, 'th')) expect(['col', 'row', 'rowgroup']).toContain(attributes.get('scope'));
    for (const {attributes} of tags(page, 'section')) {
      const by = attributes.get('aria-labelledby');
      expect(by === undefined ? attributes.has('aria-label') : known.includes(by)).toBe(true);
    }
    for (const {attributes} of tags(page, 'svg')) expect(attributes.get('aria-hidden')).toBe('true');
  });

  test('has enough contrast in light and dark, whatever the verdict', () => {
    const style = /<style>([^<]*)<\/style>/u.exec(renderHtml(sampleReport()))![1]!;
    const [light, dark] = style.split('@media screen and (prefers-color-scheme:dark){').map((part, i) => i === 0 ? part : part.split('\n}')[0]!);
    for (const scheme of [light!, dark!]) {
      const colour = (name: string, from = scheme) => new RegExp(`--${name}:(#[0-9a-f]+)`, 'u').exec(from)![1]!;
      const accents = [...scheme.matchAll(/--accent:(#[0-9a-f]+)/gu)].map(each => each[1]!);
      expect(accents).toHaveLength(3);
      for (const text of [colour('ink'), colour('quiet'), ...accents]) {
        for (const ground of [colour('paper'), colour('wash')]) expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test('follows the reader: light or dark, narrow screens, paper', () => {
    const page = renderHtml(sampleReport());
    for (const wanted of ['prefers-color-scheme:dark', '@media (max-width:', '@media print', 'width=device-width']) expect(page).toContain(wanted);
  });
});

/** Contrast ratio of two colours (WCAG 2.2, definition of contrast ratio and relative luminance). */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const full = hex.length === 4 ? [...hex].slice(1).map(each => each + each).join('') : hex.slice(1);
    const [r, g, blue] = [0, 2, 4].map(i => Number.parseInt(full.slice(i, i + 2), 16) / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
