import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readDay} from '@sluice/transform-age';
import {dayNumber} from '../src/calendar-day.ts';

test.each([
  ['02/01/1995', 19950201], ['1/5/2000', 20000105], ['12/31/1999', 19991231], ['02/29/2000', 20000229],
  ['1995-02-01', 19950201], ['1995-02-01 00:00:00', 19950201], ['1995-02-01T23:59:60', 19950201], ['1995-02-01 10:30', 19950201],
  ['1995-02-01 10:30:00.123456', 19950201], ['1995-02-01T10:30:00,5Z', 19950201], ['1995-02-01T00:30:00+14:00', 19950201],
  ['0001-01-01', 10101], ['9999-12-31', 99991231],
])('reads %s', (text, day) => {
  expect(readDay(text)).toBe(day);
});

test.each([
  '', ' ', '1/5/00', '5/2000', '02/30/2000', '02/29/1900', '13/01/2000', '0/1/2000', '1/0/2000', ' 1/5/2000', '1/5/2000 ', '1-5-2000',
  '1/5/2000 10:00', '0000-00-00', '0000-00-00 00:00:00', '1990-00-00', '1990-01-00', '1990-13-01', '1990-02-29', '1990-1-1', '1990-01-01 24:00:00',
  '1990-01-01 10', '1990-01-01 10:60', '1990-01-01x', '19900101', '9998', 'unknown', '٠١/٠٢/١٩٩٠', '0000-01-01', '31/01/1990',
])('takes %j for no date', text => {
  expect(readDay(text)).toBeNull();
});

test('reads every day of the calendar back, and counts the days between', () => {
  const dates = fc.date({min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true});
  fc.assert(fc.property(dates, date => {
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const packed = year * 10_000 + month * 100 + day;
    expect(readDay(date.toISOString())).toBe(packed);
    expect(readDay(`${month}/${day}/${String(year).padStart(4, '0')}`)).toBe(packed);
    expect(dayNumber(packed)).toBe(Math.floor(date.getTime() / 86_400_000));
  }));
});
