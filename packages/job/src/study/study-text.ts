import {lossRuleFlag} from '@sluice/engine';
import type {ColumnRisk, Finding} from './assess-losses.ts';
import type {JobStudy, TableStudy} from './study-job.ts';

const number = (count: number) => count.toLocaleString('en');
const counted = (count: number, one: string, more = `${one}s`) => `${number(count)} ${count === 1 ? one : more}`;

/** `19 digits`, `34 characters`: what the values need; empty where nobody looked. */
export function needsText({needs: {digits, fraction = 0, characters, bytes}}: ColumnRisk): string {
  return [
    ...(digits === undefined ? [] : [`${digits}${fraction > 0 ? ` + ${fraction}` : ''} ${digits + fraction === 1 ? 'digit' : 'digits'}`]),
    ...(characters === undefined ? [] : [`to ${counted(characters, 'character')}`]),
    ...(characters === undefined && bytes !== undefined ? [`to ${counted(bytes, 'byte')}`] : []),
  ].join(', ');
}

/** What would be lost of a column, and what helps. */
export function lossTexts(table: string, {column, risk, refused, rule, remedies}: ColumnRisk): string[] {
  const word = risk === 'certain' ? 'LOSS' : 'may be lost';
  return refused.map((finding, i) => {
    const meets = rule !== 'fail' ? `; the rule of the column is ${rule}`
      : i < refused.length - 1 || remedies.length === 0 ? '' : `; to go on: --on-loss ${lossRuleFlag(table, column, remedies[0]!)}${remedies.length > 1 ? ` (or ${remedies.slice(1).join(', ')})` : ''}`;
    return `${word}: ${amount(finding)}: the column ${finding.reason}${meets}`;
  });
}

export const alterationText = ({altered, basis}: ColumnRisk): string[] =>
  altered.map(finding => `${basis === 'values' ? 'altered' : 'may be altered'}: ${amount(finding)}: ${finding.reason}`);

const amount = ({trait, count}: Finding): string => trait === 'smallest' || trait === 'largest' || trait === 'longest' || trait === 'shortest' || trait === 'finest'
  ? `the ${trait} value` : count === null ? trait : `${trait}, ${counted(count, 'value')}`;

/** What a whole copy would lose, how it is read, and how long it may take. */
export function studySummary({tables, estimate, scanned, plan, readers}: JobStudy): string[] {
  const risks = tables.flatMap(table => table.risks);
  const open = (risk: ColumnRisk['risk']) => risks.filter(one => one.risk === risk && one.rule === 'fail').length;
  const certain = open('certain'), possible = open('possible');
  const ruled = risks.filter(one => one.risk !== 'none' && one.rule !== 'fail').length;
  const made = risks.filter(one => one.basis === 'none').length;
  const looked = scanned ? 'every value was looked at' : 'no value was looked at, types only';
  return [
    ...(risks.length === 0 ? [`loss: ${plan.target.tables.length === 0 ? 'nothing is copied' : 'the destination cannot say what it would refuse'}`] : [
      certain > 0 ? `loss: ${counted(certain, 'column')} would stop the copy${possible > 0 ? `, ${number(possible)} might` : ''} (${looked})`
        : possible > 0 ? `loss: ${counted(possible, 'column')} might stop the copy (${looked})`
        : `loss: none (${looked})`,
      ...(ruled > 0 ? [`rules: ${counted(ruled, 'column')} with losses ${ruled === 1 ? 'has' : 'have'} a rule, which is counted in the report`] : []),
      ...(made > 0 ? [`${counted(made, 'column')} made on the way: not known before`] : []),
    ]),
    ...readingTexts(tables, readers),
    estimate.seconds === null ? 'time: not known, the source does not say how many rows there are'
      : `time: about ${duration(estimate.seconds)} (an estimate: ${counted(estimate.rows ?? 0, 'row')}, ${estimate.basis})`,
  ];
}

function readingTexts(tables: readonly TableStudy[], readers: number): string[] {
  const ranged = tables.filter(({reads}) => reads.ranges > 1);
  const whole = tables.length - ranged.length;
  return [
    ...ranged.map(({table, reads: {ranges, by, atOnce}, rows}) => {
      const how = atOnce === undefined ? 'kept one by one' : `read by ${atOnce} at once`;
      return `${table}: ${counted(ranges, 'range')} by ${by.join(', ')}${rows === null ? '' : ` of about ${counted(Math.ceil(rows / ranges), 'row')}`}, ${how}`;
    }),
    ...(whole > 0 ? [`read: ${whole === tables.length ? (whole === 1 ? 'the table' : 'each table') : counted(whole, 'other table')} in one piece, ${readers > 1 ? `${readers} at once` : 'one after the other'}`] : []),
    ...(readers > 1 ? ['over several connections nothing is kept before the end: a run that dies begins anew'] : []),
  ];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
