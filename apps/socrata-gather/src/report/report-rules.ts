import {duration, z} from '@sluice/config';

const name = z.string().min(1);
export const MOST_ROWS = 100_000;

/** A saved question in the file with the topics. */
export const reportRules = z.strictObject({
  title: name.optional().describe('What stands above it; default: its name.'),
  target: name.optional().describe('One of `targets`, which is asked; default: the first of them, or sqlite:socrata.db.'),
  sql: name.optional().describe("One SELECT in the target's own SQL; it may only read."),
  sqlFile: name.optional().describe('A file with it instead; beside this one, if its path does not begin at the root.'),
  chart: z.union([z.literal(false), z.strictObject({
    value: name.optional().describe('The column that says how long a bar is; default: the first number behind the labels.'),
    labels: z.array(name).min(1).optional().describe('The columns beside the bars; default: the first that tell the rows apart.'),
    group: name.optional().describe('Bars that have the same in this column stand together.'),
  })]).optional().describe('Which columns make the bars; false: none.'),
  limit: z.int().min(1).max(MOST_ROWS).optional().describe('Most rows; default 1,000.'),
  timeout: duration().optional().describe('How long it may take: 30s, 5m; default 1m.'),
}).refine(({sql, sqlFile}) => (sql === undefined) !== (sqlFile === undefined), 'needs one of sql and sqlFile');
export type ReportRules = z.output<typeof reportRules>;
