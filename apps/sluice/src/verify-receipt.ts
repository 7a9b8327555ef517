import {defineCommand} from '@sluice/cli-kit';
import {defineConfig, endpoint, option, z} from '@sluice/config';
import {verifyReceiptJob, type ReceiptDocument} from '@sluice/job';
import {counted, printable} from './text.ts';

export const verifyReceiptConfig = defineConfig('verify-receipt', 'Checks a file or a table against the receipt of the run that made it.', {
  receipt: option(z.string().min(1), {describe: 'The newest receipt, FILE.receipt.json; those before it are looked for beside it and in FILE.receipts/.', env: false, value: 'FILE'}),
  target: option(z.string().min(1), {describe: 'What the run made: a SQLite file, or the URL of a database.', env: false, value: 'FILE'}),
});

export const verifyReceipt = defineCommand({
  config: verifyReceiptConfig,
  positionals: ['receipt'],
  examples: [
    {command: 'sluice verify-receipt collab.receipt.json --target collab.db', does: 'Is the file what was made at the source?'},
    {command: 'sluice verify-receipt collab.receipts/000007.receipt.json --target old.db', does: 'An older file and its receipt.'},
    {command: 'sluice verify-receipt pet_license.receipt.json --target postgresql://reader@db.example/rover', does: 'A table of socrata-gather.'},
    {command: 'sluice verify-receipt collab.receipt.json --target collab.db --json', does: 'The same for programs.'},
  ],
  async run({config, signal, progress, json, out}) {
    const target = /^[a-z][a-z0-9+.-]+:/i.test(config.target) ? endpoint(config.target) : endpoint(`sqlite:${config.target}`);
    const document = await verifyReceiptJob({file: config.receipt, target}, {progress}, signal);
    if (!json) out.write(receiptText(document));
    return {document, exitCode: document.status === 'equal' ? 0 : 1};
  },
});

/** Most sentences of one kind. */
const LINES = 30;

function receiptText({status, problems, remarks, chain, receipt, target, tables, file}: ReceiptDocument): string {
  const some = (sentences: readonly string[]) => [
    ...sentences.slice(0, LINES).map(printable), ...(sentences.length > LINES ? [`and ${counted(sentences.length - LINES, 'more problem')}`] : []),
  ];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const chained = chain.length === 1 ? `receipt ${receipt.sequence}` : `receipts ${chain.oldest} to ${receipt.sequence} hang together`;
  return `${[
    ...some(problems), ...some(chain.problems.map(({message}) => message)), ...[...remarks, ...chain.remarks].map(printable),
    status === 'equal'
      ? `${printable(target)} is what the run of ${receipt.startedAt} made of ${printable(receipt.source.label)}: ${counted(tables.length, 'table')}, ${counted(rows, 'row')}${file === 'equal' ? ', byte by byte' : ''}; ${chained}.`
      : problems.length > 0
        ? `${printable(target)} is not what the run of ${receipt.startedAt} made: ${counted(problems.length, 'problem')}.`
        : `${printable(target)} is what receipt ${receipt.sequence} says, but the receipts before it are not in order: ${counted(chain.problems.length, 'problem')}.`,
  ].join('\n')}\n`;
}
