import {scanDates} from '@sluice/identifiers';
import {describe, expect, it} from 'vitest';
import {faults} from './marked.ts';

const cases: Readonly<Record<string, readonly string[]>> = {
  'numeric dates': [
    '[[2020-01-15]]', '[[2020-01-15T10:30:00Z]]', '[[2020-01-15 10:30]]', '[[2020/1/5]]', '[[01/15/2020]]', '[[1/5/20]]', '[[15.01.2020]]', '[[15/01/2020]]', '[[03-15-2020]]', '[[03.04.20]]', '[[20200115]]', 'DOB [[01151962]]', 'DOB: [[5/12/62]]', 'DOB [[051262]]', '[[03/2020]]', 'on [[3/4]]', 'seen [[3/14]]', '[[3/4]]: pt seen', 'labs [[11/2]]', '[[3/4-3/10]]', '[[3/4/20]] to [[3/10/20]]',
    'from [[3/4 to 3/10]]', 'visit on [[3/4 at 10:30]]', '[[03/04]]', '[[12/25]]', '[[Mon 3/4]]', 'come back [[Wed 4th]]', 'message left on [[Weds]]', 'given on [[Xmas Day]]', 'dated [[3-14]]', '[[3/14/20@0830]]', '[[6/1]],[[6/3]] and [[6/5]]', 'seen on the [[14th]]', 'am [[3.4.]] operiert', '[[2020年1月15日]]', '[[2020년 1월 15일]]', '[[令和2年1月15日]]', '[[Q3 2019]]', '[[week 23 of 2020]]', '[[2020-W23]]', '[[2020-01]]', '[[1/15/2020 at 3 pm]]', '[[10:30 AM on 1/15/2020]]', '[[01 / 15 / 2020]]', '([[3/4]])', '[[99-12-31]]', 'DOB [[12 05 1962]]', '[[15-01-1962]]', '[[20200115T103000]]',
  ],
  'dates with a month\'s name': [
    '[[January 2009]]', '[[March 3rd]]', '[[March 3, 2020]]', '[[3 March 2020]]', '[[Mar 3]]', '[[3-Mar-2020]]', '[[03MAR2020]]', '[[3rd of March, 2020]]', '[[the third of March]]', '[[Mon 3 Jan]]', '[[Monday, March 3, 2020]]', 'in [[January]]', 'since last [[February]]', 'in [[May]]', 'in [[March]] and [[April]]', '[[Sept. 5]]', '[[Sep 2019]]', '[[Apr-20]]', '[[June 3-7, 2019]]', '[[June 3rd to 7th]]', '[[3 and 5 May 2020]]',
    '[[march 3rd]]', '[[may 5, 2020]]', '[[Jan. 15, \'20]]', '[[January 15 2020 at 3:30 PM]]', '[[2020 Jan 15]]', '[[2020-Jan-15]]', '[[3 de enero de 2020]]', '[[1er mars 2020]]', '[[3. Januar 2020]]', '[[3 gennaio 2020]]', '[[3 de março de 2020]]', '[[3 maart 2020]]', '[[3 stycznia 2020]]', '[[3 января 2020]]', '[[2020. január 3.]]', '[[3. tammikuuta 2020]]', '[[3 Ocak 2020]]', '[[ngày 3 tháng 1 năm 2020]]', '[[enero de 2020]]', '[[3 août]]', '[[15 يناير 2020]]', '[[15 जनवरी 2020]]',
    '[[June of 2019]]', 'born [[May fifth, nineteen sixty-two]]', '[[December 31st]]', '[[JAN 5 2020]]', '[[5 JAN]]', 'early [[March 2020]]',
  ],
  'dates that are glued, listed, or parts of names of files': [
    '[[2014_12_03]]', 'file [[echo_2014-12-03]].pdf', '[[scan_20180304]].dcm', '[[17-05-2019_ct]].pdf', '[[20190711 0830]]', 'Seen[[7/14/16]]by nurse', '[[1/3/18]]-[[1/9/18]]', '[[Jan 2nd]]-[[Jan 9th]]', '[[July14,2016]]', 'PSA: [[1/10]] 4.2, [[4/12]] 5.1, [[7/15]] 6.3', 'vaccine: [[9/8]]', 'from [[Monday]] to [[Wednesday]] he was febrile',
    '[[Tue 3/14]]', '[[Dienstag, den 3.12.2019]]', '[[thứ Ba, 7/5/2019]]', '[[terça-feira, 12/05/2020]]', '[[14.IX.2015]]', '[[14 IX 2015]]', '[[Log2020-08-15 23:11:09]] alarm', 'fever began [[thurs]]',
  ],
  'months in lower case': ['seen [[jan 5]]', 'on [[april 9]] she', 'he was fine until [[september]]', 'in [[december]] he', 'on [[mon]]', 'in the first week of [[August]]'],
  'dates in the cases of other languages': [
    'в [[октябре 2015 года]]', '[[среду, 3 мая]]', 'у [[вересні 2018]]', '[[toukokuussa 2018]]', 'w [[październiku 2018]]', 'v [[říjnu 2016]]', '[[2019. márciusában]]', '[[októberben 2019]]', '[[Μάρτιο 2017]]', '[[3. aprīlī]]', '[[Okt. 2019]]', '[[janv. 2018]]', '[[dic. 2019]]', '[[el dos de mayo de 2014]]',
    '[[Dienstag, dem 3. Dezember]]', '[[quinta-feira, 4 de julho]]', '[[1. Advent]]', '[[6月20日（水）]]', '[[二〇一九年十一月八日]]', 'ב-[[12 במרץ 2018]]',
  ],
  'named days and seasons': ['on [[Tuesday]]', 'last [[Friday]]', '[[Christmas 2019]]', '[[Thanksgiving]]', "[[New Year's Eve]]", '[[summer 2018]]', '[[Spring of 2019]]', 'on the [[15th]].', '[[the Fourth of July]]', '[[Easter Sunday]]', 'on [[Labor Day]]'],
  'ages over 89': [
    'a [[92-year-old]] man', '[[92 y.o.]] female', '[[92yo]] M', '[[92 y/o]]', '[[94F]] with cough', 'a [[93f]] vet', 'aged [[92]]', 'age: [[94]]', 'Age [[101]]', '[[ninety-four year old]]', 'in her [[nineties]]', 'in his late [[90s]]', 'a [[nonagenarian]]', '[[103 years old]]', 'she turned [[95]]', 'his [[95th]] birthday', '[[92 years of age]]', '[[92-yr-old]]', '[[94 años]]', '[[92 ans]]', '[[92 Jahre alt]]', '[[92-jährige]] Patientin', 'she is [[93]] and lives alone', 'Mary Example, [[94]], of', '[[92歳]]', 'age [[ninety-one]]',
    'aged [[one hundred and two]]', '[[90-year-old]]', 'a [[92 year-old]]', '[[92 yrs old]]', 'my mother is [[97]]', '{"age": [[93]]}', 'died at [[96]]',
  ],
  'years of birth': ['DOB [[1925]]', 'born in [[1928]]', 'year of birth: [[1931]]', 'b. [[1930]]'],
};

describe('scanDates', () => {
  for (const [title, texts] of Object.entries(cases)) {
    it(`finds ${title}`, () => {
      expect(texts.flatMap(text => faults(text))).toEqual([]);
    });
    it(`finds ${title} inside a sentence`, () => {
      expect(texts.flatMap(text => faults(`Asthma is stable; ${text}, and no new complaints.`))).toEqual([]);
    });
  }

  it('keeps a year of birth that shows no age over 89', () => {
    expect(scanDates('born in 1962', {asOf: '2024-05-01'})).toEqual([]);
    expect(scanDates('born in 1934', {asOf: '2024-05-01'})).toMatchObject([{start: 8, end: 12, class: 'C', kind: 'date.birth'}]);
    expect(scanDates('born in 1935', {asOf: '2024-05-01'})).toEqual([]);
  });

  it('finds every age, or none, when asked', () => {
    expect(scanDates('a 45-year-old man', {ages: 'all'})).toMatchObject([{start: 2, end: 13, kind: 'age'}]);
    expect(scanDates('a 95-year-old man', {ages: 'none'})).toEqual([]);
  });

  it('tells birth, death and service apart', () => {
    const kindOf = (text: string): string | null | undefined => scanDates(text)[0]?.kind;
    expect(['DOB: 5/12/1962', 'died on 5/12/2019', 'admitted 5/12/2019', '5/12/2019'].map(kindOf)).toEqual(['date.birth', 'date.death', 'date.service', 'date.other']);
  });
});
