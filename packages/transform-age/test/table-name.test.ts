import {expect, test} from 'vitest';
import {defaultNames, parseTableName, type TableName} from '@sluice/transform-age';

const parse = (table: string) => parseTableName(table, defaultNames);
const data = (phase: string, instrument: string, respondent: string) => ({type: 'data', phase, instrument, respondent});
const calc = (phase: string, instrument: string, respondent: string) => ({type: 'calc', phase, instrument, respondent});

test.each<[string, Omit<TableName, 'table'>]>([
  ['data_4_au_t', data('4', 'au', 't')],
  ['data_4_hb_ph_sib_m', data('4', 'hb_ph_sib', 'm')],
  ['data_1_tb_99_f', data('1', 'tb_99', 'f')],
  ['data_1_tr', data('1', '', 'tr')],
  ['calc_4_br', calc('4', '', 'br')],
  ['calc_nc_t', calc('nc', '', 't')],
  ['user_5_dps_p_2010_0210', {type: 'user', phase: '5'}],
  ['user_5r_disc_p_120415', {type: 'user', phase: '5r'}],
  ['user_sd_sd with dropped tb item', {type: 'user', phase: 'sd'}],
  ['user_geo participation dates', {type: 'user', phase: 'geo participation dates'}],
  ['tracker_4_x', {type: 'tracker', phase: '4'}],
])('%s says what it is', (table, expected) => {
  expect(parse(table)).toEqual({...expected, table});
});

test.each([
  'data_4_dates', 'data_s_span_dates', 'data_dna', 'calc_4_dates_m', 'gen_twins', 'arch_int1_bci', 'Data_4_au_t', 'user', 'data', '', '_', 'constructor',
])('%j says nothing', table => {
  expect(parse(table)).toEqual({type: 'misc', table});
});

test('an exception goes before the rules', () => {
  const names = {...defaultNames, exceptions: {gen_extra: {type: 'data', phase: '4', instrument: 'x', respondent: 't'}}};
  expect(parseTableName('gen_extra', names)).toEqual({table: 'gen_extra', type: 'data', phase: '4', instrument: 'x', respondent: 't'});
});
