import type {RunReport, StageTimings} from '@sluice/core';

/**
 * What several copies of one job did, as one report: `partial` when some went live and others did not. The first
 * error is told. One report stays as it is.
 */
export function mergeReports(reports: readonly [RunReport, ...RunReport[]]): RunReport {
  const [first, ...more] = reports;
  if (more.length === 0) return first;
  const last = reports.at(-1)!;
  const error = reports.find(report => report.error)?.error;
  const statuses = new Set(reports.map(({status}) => status));
  const status = statuses.has('interrupted') ? 'interrupted' : statuses.size === 1 ? first.status : 'partial';
  const setAside = reports.flatMap(({quarantine}) => quarantine ?? []);
  const verifications = new Set(reports.map(({verification}) => verification.status));
  return {
    ...first, status, finishedAt: last.finishedAt,
    destination: {...first.destination, archived: reports.find(({destination}) => destination.archived !== null)?.destination.archived ?? null, bytes: last.destination.bytes},
    published: reports.some(({published}) => published),
    tables: reports.flatMap(({tables}) => tables),
    views: reports.flatMap(({views}) => views),
    excluded: reports.flatMap(({excluded}) => excluded),
    omissions: unique(reports.flatMap(({omissions}) => omissions)),
    verification: {
      status: verifications.has('failed') ? 'failed' : verifications.has('passed') ? 'passed' : 'skipped',
      tables: sum(reports.map(({verification}) => verification.tables)), rows: sum(reports.map(({verification}) => verification.rows)),
    },
    timings: sumTimings(reports.map(({timings}) => timings)),
    warnings: [...new Set([...reports.flatMap(({warnings}) => warnings), `${reports.length} copies, one for each mode, each with a snapshot of its own: tables of different modes are of different moments`])],
    ...(setAside.length > 0 && {quarantine: {place: [...new Set(setAside.map(({place}) => place))].join(', '), rows: sum(setAside.map(({rows}) => rows))}}),
    ...(error && {error}),
  };
}

function sumTimings(timings: readonly StageTimings[]): StageTimings {
  const of = (stage: keyof StageTimings) => sum(timings.map(each => each[stage]));
  return {
    plan: of('plan'), read: of('read'), transform: of('transform'), digest: of('digest'), write: of('write'),
    finish: of('finish'), verify: of('verify'), publish: of('publish'), total: of('total'),
  };
}

const sum = (numbers: readonly number[]) => Math.round(numbers.reduce((total, number) => total + number, 0) * 1000) / 1000;
const unique = <T>(items: readonly T[]): T[] => [...new Map(items.map(item => [JSON.stringify(item), item])).values()];
