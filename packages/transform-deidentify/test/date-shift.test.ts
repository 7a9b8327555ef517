import type {Row, Value} from '@sluice/core';
import {methodTools} from '@sluice/transform-deidentify';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {change, testKey, treat, type Given} from './change.ts';

const tools = methodTools({key: testKey()});
const shift = (column: Given, values: readonly Value[], subjects: readonly Row[], parameters: object = {}, turn?: number) => change('dateShift', column, values, {
  parameters, context: {subject: ['person']}, others: subjects, tools: turn === undefined ? tools : methodTools({key: testKey(turn)}),
});
const day = (text: string) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000;
const date = fc.date({min: new Date('1001-01-02T00:00:00Z'), max: new Date('9998-11-01T00:00:00Z'), noInvalidDate: true}).map(one => one.toISOString().slice(0, 10));

describe('dateShift', () => {
  test('moves all dates of a subject alike, never by 0, by no more days than told, and says by no note how far', () => {
    fc.assert(fc.property(date, date, fc.string(), fc.integer({min: 1, max: 400}), (one, other, subject, days) => {
      const {out, notes} = shift({type: 'date'}, [one, other], [[subject], [subject]], {days});
      const [moved, again] = (out as string[]).map((text, i) => day(text) - day([one, other][i]!));
      expect(moved).toBe(again);
      expect(Math.abs(moved!)).toBeGreaterThanOrEqual(1);
      expect(Math.abs(moved!)).toBeLessThanOrEqual(days);
      expect(notes).toEqual({});
    }));
  });
  test('moves other subjects, and those of another key or domain, by other days', () => {
    const subjects = Array.from({length: 200}, (_, i): Row => [i]);
    const dates = subjects.map(() => '2000-06-15');
    const {out} = shift({type: 'date'}, dates, subjects);
    expect(new Set(out).size).toBeGreaterThan(120);
    expect(new Set((out as string[]).map(text => Math.sign(day(text) - day('2000-06-15'))))).toEqual(new Set([-1, 1]));
    expect(shift({type: 'date'}, dates, subjects, {}, 1).out).not.toEqual(out);
    expect(shift({type: 'date'}, dates, subjects, {domain: 'person'}).out).not.toEqual(out);
    expect(shift({type: 'date'}, dates, subjects).out).toEqual(out);
  });
  test('takes a number and its text for one subject, and keeps parts of a key apart', () => {
    const {out} = shift({type: 'date'}, Array.from({length: 6}, () => '2000-01-01'), [[1], ['1'], [1n], [1, 23], [12, 3], ['1', '23']]);
    expect(out[0]).toBe(out[1]);
    expect(out[1]).toBe(out[2]);
    expect(out[3]).toBe(out[5]);
    expect(out[3]).not.toBe(out[4]);
  });
  test('keeps the form and the time of day', () => {
    const forms = ['2000-01-31', '2000-01-31 23:59:59.123456', '2000-01-31T08:00:00+02:00', '1/31/2000', '01/31/2000'];
    const {out} = shift({type: 'text', maxLength: 30}, forms, forms.map(() => [7]));
    const [iso] = out as string[];
    const [y, m, d] = iso!.split('-');
    expect(out).toEqual([iso, `${iso} 23:59:59.123456`, `${iso}T08:00:00+02:00`, `${Number(m)}/${Number(d)}/${y}`, `${m}/${d}/${y}`]);
    expect(shift({type: 'timestamp', scale: 6}, ['2000-01-31 23:59:59.123456'], [[7]])).toMatchObject({out: [`${iso} 23:59:59.123456`], column: {type: 'timestamp', scale: 6, nullable: true}});
  });
  test('makes NULL of what is no date and of rows without a subject, and counts both', () => {
    const values = ['0000-00-00', '2000-02-30', '2001-02-29', 'soon', '13/1/2000', '2000-00-10', null, '2000-02-29'];
    expect(shift({type: 'any'}, values, values.map((_, i) => [i === 7 ? null : 1]))).toMatchObject({
      out: values.map(() => null), notes: {'is not a readable date: NULL': 6, 'is of a row without a subject: NULL': 1},
    });
    expect(shift({type: 'date'}, ['2000-01-01'], [[1, null]]).out).toEqual([null]);
  });
  test('leaves no column\'s range', () => {
    const native = {dialect: 'mysql', sql: 'timestamp'};
    const subjects = Array.from({length: 60}, (_, i): Row => [i]);
    const all = (column: Given, value: string) => shift(column, subjects.map(() => value), subjects, {days: 5000}).out.filter(one => one !== null) as string[];
    for (const text of all({type: 'date'}, '0001-06-01')) expect(text >= '0001-01-01' && text < '0020').toBe(true);
    for (const text of all({type: 'date'}, '9999-06-01')) expect(text).toMatch(/^99\d\d-/u);
    for (const text of all({type: 'date', native: {dialect: 'mysql', sql: 'date'}}, '1000-06-01')) expect(text >= '1000-01-01').toBe(true);
    for (const text of all({type: 'timestamptz', native}, '2037-06-01 00:00:00')) expect(text < '2038-01-19').toBe(true);
    expect(shift({type: 'date'}, ['9999-12-31', '9999-12-31'], [[1], [4]], {days: 1}).out.filter(one => one === null).length
      + shift({type: 'date'}, ['0001-01-01', '0001-01-01'], [[1], [4]], {days: 1}).out.filter(one => one === null).length).toBe(2);
  });
  test('needs a key and a subject', () => {
    expect(treat('dateShift', {}, {type: 'date'})).toMatch(/name the key of the table under `subjects`/u);
    expect(treat('dateShift', {domain: 'nobody'}, {type: 'date'}, {subject: ['p']})).toMatch(/domain nobody/u);
    expect(() => change('dateShift', 'date', ['2000-01-01'], {context: {subject: ['p']}, others: [[1]]})).toThrow(/needs a master key/u);
  });
});
