// A program with one command for each way a command can end.
import {setTimeout as pause} from 'node:timers/promises';
import {runCli} from '../../dist/index.js';

const command = (name, run, more = {}) => ({
  name, summary: `Does ${name}.`, ...more.outer,
  load: async () => {
    const {defineConfig, option, z} = await import('@sluice/config');
    return {
      config: defineConfig(name, `Does ${name}.`, more.options?.(option, z) ?? {}),
      positionals: more.positionals ?? [],
      ...(more.ends && {ends: more.ends}),
      examples: [{command: `app ${name}`, does: 'Does it.'}, {command: `app ${name} --json`, does: 'Does it for a program.'}, {command: `app ${name} --verbose`, does: 'Says more.'}],
      run,
    };
  },
});
const error = async (code, message, options) => {
  const {PipelineError} = await import('@sluice/core');
  return new PipelineError(code, message, options);
};
const report = (status, more = {}) => ({format: 'sluice.run-report/1', status, tables: [], ...more});

await runCli({
  name: 'app', version: '1.2.3', summary: 'Shows every way to end.',
  examples: [{command: 'app copy a b', does: 'Copies a to b.'}, {command: 'app copy a b --json', does: 'For a program.'}, {command: 'app copy --help', does: 'Says more.'}],
  commands: [
    command('copy', async ({config, out, json, commandLine, logger, verbose}) => {
      logger.debug('decoding', {tables: 3});
      logger.info('copying');
      out.write(`${JSON.stringify({...config, commandLine, verbose})}\n`);
      return json ? {document: {config, commandLine}} : undefined;
    }, {
      positionals: ['source', 'target'], outer: {aliases: ['cp']},
      options: (option, z) => ({
        source: option(z.string(), {describe: 'Where to read from.', value: 'URL', alias: 's'}),
        target: option(z.string(), {describe: 'Where to write to.', value: 'URL'}),
        tables: option(z.array(z.string()).default(['*']), {describe: 'Names or patterns.', value: 'PATTERN,...'}),
        batchRows: option(z.int().min(1).max(1000).default(100), {describe: 'Rows in a batch.'}),
        verify: option(z.boolean().default(true), {describe: 'Read everything back and compare.'}),
        dryRun: option(z.boolean().default(false), {describe: 'Touch nothing.', env: false}),
        token: option(z.string().optional(), {describe: 'Key.', secret: true}),
        pageRows: option(z.int().default(1), {describe: 'Hidden.', advanced: true}),
      }),
    }),
    command('group one', async ({config, out}) => { out.write(`${config.what}\n`); }, {
      positionals: ['what'], options: (option, z) => ({what: option(z.string(), {describe: 'Anything.'})}),
    }),
    command('group two', async () => {}),
    command('endless', async ({out, signal}) => {
      let lines = 0;
      while (await out.stream(`${'x'.repeat(1023)}\n`, signal)) lines++;
      console.error(`wrote ${lines > 0} and less than a gigabyte: ${lines < 1_000_000}`);
    }),
    command('ok', async () => {}),
    command('warned', async () => ({report: report('ok', {warnings: ['the first thing', 'the first thing', 'another']})})),
    command('placed', async () => { throw await error('SLUICE_VALUE', 'row 1 of table t: it is wrong', {table: 't', row: 0}); }),
    command('move', async () => { throw await error('SLUICE_LOCKED', 'another run holds it'); }, {
      positionals: ['source', 'target'], ends: ({source, target, dryRun}) => dryRun ? null : ({source, destination: target}),
      options: (option, z) => ({
        source: option(z.string(), {describe: 'Where to read from.', value: 'URL'}), target: option(z.string(), {describe: 'Where to write to.', value: 'URL'}),
        dryRun: option(z.boolean().default(false), {describe: 'Touch nothing.', env: false}),
      }),
    }),
    command('failed', async () => { throw await error('SLUICE_CONNECT', 'cannot reach mysql://reader:hunter2@db:3306/x', {remedy: 'check host and port', table: 'users', row: 41}); }),
    command('config', async () => {
      throw await error('SLUICE_CONFIG', 'the policy leaves 2 columns open', {problems: [{path: 'users.dob', message: 'is undecided'}, {path: 'users.name', message: 'is undecided'}], remedy: 'tables:\n  users:\n    dob: drop'});
    }),
    command('undecided', async () => { throw await error('SLUICE_UNDECIDED', 'users.dob has no decision'); }),
    command('partial', async () => ({report: report('partial', {tables: [{name: 'a'}, {name: 'b', error: {code: 'SLUICE_VALUE', message: 'column x of table b holds a value out of range', remedy: 'declare a rule'}}]})})),
    command('reported', async () => ({report: report('failed', {error: {code: 'SLUICE_WRITE', message: 'no space is left for mysql://u:hunter2@h/d', remedy: 'free some space'}}), cause: new Error('disk')})),
    command('big', async () => ({document: {big: 2n ** 64n}})),
    command('internal', async () => { throw Object.assign(new TypeError('canary-value'), {cause: Object.assign(new Error('canary-value'), {code: 'ER_DUP', sqlMessage: 'canary-value'})}); }),
    command('thrown', async () => { throw 'canary-value'; }),
    command('escape', async () => { throw await error('SLUICE_VALUE', 'table \u001b]0;pwned\u0007\u001b[2Jx'); }),
    command('rejection', async () => {
      void Promise.reject(new Error('nobody listens'));
      await pause(10_000);
    }),
    command('exception', async () => {
      setImmediate(() => { throw new Error('nobody catches'); });
      await pause(10_000);
    }),
    command('early', () => new Promise(() => {})),
    command('lingering', async () => { setInterval(() => {}, 1000); }),
    command('noisy', async ({out, logger}) => {
      console.log('from a library');
      process.stdout.write('and another\n');
      out.write('data\n');
      logger.warn('careful', {count: 2});
    }),
    command('wait', async ({signal, out, json}) => {
      if (json) process.stderr.write('waiting\n');
      else out.write('waiting\n');
      await pause(60_000, undefined, {signal});
    }),
    command('orderly', async ({signal, logger}) => {
      logger.warn('waiting');
      await pause(60_000, undefined, {signal}).catch(() => {});
      return {report: report('interrupted')};
    }),
    command('deaf', async ({logger}) => {
      logger.warn('waiting');
      await pause(60_000);
    }),
    command('flood', async ({out}) => {
      for (let i = 0; i < 20_000; i++) {
        out.write(`line ${i} ${'x'.repeat(60)}\n`);
        if (i % 5000 === 0) await pause(1);
      }
    }),
    command('progress', async ({progress, logger, out}) => {
      for (let i = 0; i <= 20; i++) {
        progress({stage: 'copy', table: 'us\u001bers', rows: i * 1000, totalRows: 20_000, tablesDone: 2, tables: 7});
        if (i === 10) logger.info('half of it');
        await pause(15);
      }
      out.write('done\n');
    }),
  ],
});
