import {defineCommand} from '@sluice/cli-kit';
import {classifyCatalog, type Proposal} from '@sluice/classify';
import {defineConfig, endpointUrl, option, z} from '@sluice/config';
import {refuseExisting, writeNewFile} from '@sluice/atomic-file';
import {findEndpoint} from '@sluice/job';
import {openSource} from '@sluice/registry';
import {classTitles} from '@sluice/identifiers';
import {draftPolicy} from '@sluice/transform-deidentify';
import {columns, counted, printable} from './text.ts';

export const inspectConfig = defineConfig('inspect', 'Looks at names, types, keys and sampled values of every column, and drafts a policy in which nothing is decided.', {
  source: option(endpointUrl(), {describe: 'What to look at: mysql://user@host/db, sqlite:file.db, csv:folder/.', value: 'URL'}),
  output: option(z.string().min(1).optional(), {describe: 'Write the draft here; a file that is there already is not written over.', alias: 'o', env: false, value: 'FILE'}),
  profile: option(z.enum(['safe-harbor', 'limited-data-set', 'expert']).optional(), {describe: 'What the release is to claim, for the head of the draft.'}),
  sampleRows: option(z.int().min(0).max(100_000).default(300), {describe: 'How many rows of each table are looked at; 0 looks at none.', value: 'N'}),
  passwordFile: option(z.string().optional(), {describe: 'A file with the password; or SLUICE_SOURCE_PASSWORD.', env: false, value: 'FILE'}),
});

export const inspect = defineCommand({
  config: inspectConfig,
  positionals: ['source'],
  examples: [
    {command: 'sluice inspect mysql://reader@db.example/study -o policy.yaml', does: 'A draft for people to decide in.'},
    {command: 'sluice inspect csv:export/ --profile safe-harbor', does: 'What each column may be, and why.'},
    {command: 'sluice inspect sqlite:study.db --json', does: 'An array of {table, column, class, kind, score, reasons}.'},
  ],
  async run({config: {source: url, output, profile, sampleRows, passwordFile}, env, logger, signal, json, out}) {
    if (output !== undefined) await refuseExisting(output);
    const endpoint = await findEndpoint(url, {file: passwordFile, flag: '--password-file', variable: 'SLUICE_SOURCE_PASSWORD'}, env, logger, signal);
    await using source = await openSource(endpoint);
    const catalog = await source.discover(signal);
    const proposals = await classifyCatalog(source, catalog, {sampleRows}, signal);
    if (output !== undefined) {
      await writeNewFile(output, draftPolicy(catalog, proposals, {...(profile && {profile})}));
      logger.info(`${output} holds ${counted(proposals.length, 'proposal')} and no decision: put one for each \`undecided\`, then: sluice policy check ${output} ${source.label}`);
    }
    if (!json) out.write(proposalsText(proposals));
    return {document: proposals};
  },
});

/** What each column may be, by table; what looks harmless is counted. */
function proposalsText(proposals: readonly Proposal[]): string {
  const tables = new Map<string, Proposal[]>();
  for (const proposal of proposals) tables.set(proposal.table, [...tables.get(proposal.table) ?? [], proposal]);
  const blocks = [...tables].map(([table, all]) => {
    const telling = all.filter(one => one.class !== 'none');
    const harmless = all.length - telling.length;
    return [
      printable(table),
      ...(telling.length === 0 ? [] : columns(telling.map(({column, path, class: letter, kind, score, reasons}) =>
        [`  ${printable(path === undefined ? column : `${column} ${path}`)}`, `${kind ?? letter}`, score.toFixed(2), printable(`${classTitles[letter]}: ${reasons[0] ?? ''}`)]))),
      ...(harmless > 0 ? [`  ${counted(harmless, 'column')} that ${harmless === 1 ? 'looks' : 'look'} like no identifier`] : []),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n\nProposals only: a person who knows the data decides.\n`;
}
