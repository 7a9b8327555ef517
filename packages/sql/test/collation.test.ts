import {createConnection, type RowDataPacket} from 'mysql2/promise';
import {describe, expect, test} from 'vitest';
import {server} from '@sluice/testkit';
import {foldsLetters, textComparison} from '../src/index.ts';

test.each([
  ['utf8mb4_general_ci', true], ['utf8mb4_0900_ai_ci', true], ['utf8mb4_uca1400_nopad_as_ci', true], ['uca1400_swedish_ai_ci', true], ['latin1_swedish_ci', true], ['NOCASE', true],
  ['utf8mb4_turkish_ci', false], ['utf8mb4_uca1400_turkish_ai_ci', false], ['utf8mb4_tr_0900_ai_ci', false], ['utf8mb4_danish_ci', false], ['utf8mb4_es_trad_0900_ai_ci', false], ['cp866_general_ci', false],
  ['utf8mb4_bin', false], ['latin1_general_cs', false], ['utf8mb4_newest_ci', false], ['uca1400_turkish_nopad_as_ci', false],
] as const)('%s folds every letter A-Z wherever it stands: %s', (collation, folds) => expect(foldsLetters(collation)).toBe(folds));

test('a column is compared as its collation says, and as it says itself where none is told', () => {
  const native = (collation: string) => ({native: {dialect: 'mysql', sql: `varchar(10) collate ${collation}`}});
  expect(textComparison({})).toBe('exact');
  expect(textComparison({caseInsensitive: true})).toBe('nocase');
  expect(textComparison({caseInsensitive: true, ...native('utf8mb4_general_ci')})).toBe('nocase');
  expect(textComparison({caseInsensitive: true, ...native('utf8mb4_turkish_ci')})).toBe('other');
  expect(textComparison(native('utf8mb4_bin'))).toBe('exact');
  // A label is no collation.
  expect(textComparison({caseInsensitive: true, native: {dialect: 'mysql', sql: "enum('collate utf8mb4_turkish_ci') collate utf8mb4_general_ci"}})).toBe('nocase');
});

for (const kind of ['mariadb', 'mysql'] as const) {
  const found = await server(kind);
  describe.skipIf(!found)(`every collation of ${kind}`, () => {
    test('that is said to fold A-Z does so in all words of one or two letters', {timeout: 60_000}, async () => {
      const connection = await createConnection({uri: found!.url, multipleStatements: false});
      try {
        const column = kind === 'mariadb' ? 'full_collation_name' : 'collation_name';
        const [rows] = await connection.query<RowDataPacket[]>(`SELECT ${column} AS name, character_set_name AS charset FROM information_schema.collation_character_set_applicability WHERE ${column} LIKE '%\\_ci'`);
        const letters = [...'abcdefghijklmnopqrstuvwxyz'].flatMap(low => [low, low.toUpperCase()].map(letter => `SELECT '${letter}' AS l, '${low}' AS low`)).join(' UNION ALL ');
        const all = rows as {name: string; charset: string}[];
        const wrong: string[] = [];
        for (const {name, charset} of all.filter(row => foldsLetters(row.name))) {
          const text = (sql: string) => `CONVERT(${sql} USING ${charset}) COLLATE ${name}`;
          const [[different]] = await connection.query<RowDataPacket[]>(`
            WITH letters AS (${letters}) SELECT count(*) AS n FROM letters a, letters b
            WHERE ${text('a.l')} <> ${text('a.low')} OR ${text('CONCAT(a.l, b.l)')} <> ${text('CONCAT(a.low, b.low)')}`);
          if (different!['n'] !== 0) wrong.push(name);
        }
        expect(wrong).toEqual([]);
        expect(all.filter(({name}) => foldsLetters(name)).length).toBeGreaterThan(100);
        expect(all.some(({name}) => !foldsLetters(name))).toBe(true);
      } finally {
        await connection.end();
      }
    });
  });
}
