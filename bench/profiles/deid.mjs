// De-identification: free text against known values, columns against a gold, and what it costs.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {columns} from '../deid/columns.mjs';
import {freeText} from '../deid/free-text.mjs';
import {policyCost} from '../deid/policy-cost.mjs';
import {redactCommand} from '../deid/redact-command.mjs';

const cli = join(import.meta.dirname, '../../apps/sluice/bin/sluice.js');

/** The lines that people read: by set, then by class. */
function tell({own, ambientmeta, tideNotes}, found, command) {
  const ms = ({median, p99}) => `${median.toFixed(2)} ms a text, 99 % under ${p99.toFixed(2)}`;
  const recall = ({recall: gone, values, survivingWhole}) => `${gone} % of ${values} values gone, ${survivingWhole} survive whole`;
  const classes = ({byClass}) => Object.entries(byClass).map(([name, each]) => `${name} ${each.recall}`).join(', ');
  return {
    'own texts': `${recall(own)}; ${own.cleanTouchedPercent} % of ${own.cleanTexts} clean texts touched`,
    '  by class': classes(own),
    '  time': ms(own.milliseconds),
    ...ambientmeta && {
      'ambientmeta': `${recall(ambientmeta)}; ${ambientmeta.overRedactedPercent} % of other characters taken, ${ambientmeta.safeSentences.touchedPercent} % of ${ambientmeta.safeSentences.sentences} safe sentences touched`,
      '  by kind': classes(ambientmeta),
      '  its time': ms(ambientmeta.milliseconds),
    },
    ...tideNotes && {
      'tide-notes': `${tideNotes.survivingWithRow} of ${tideNotes.values} values of the person's row survive with the row known, ${tideNotes.survivingWithout} without it`,
      '  time a note': ms(tideNotes.milliseconds),
    },
    ...found && {'synthea-csv columns': `${found.found} of ${found.identifiers} identifiers found, ${found.foundWithClass} with their class; ${found.falseAlarms} false alarms in ${found.harmless}; ${found.right} of ${found.columns} right`},
    'redact --jsonl': `${Math.round(command.textsPerSecond).toLocaleString('en')} texts a second (aim >= 500)`,
  };
}

export async function run({log, rounds, rows, data}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const absent = [], options = {log, rounds, absent, ...rows !== undefined && {rows}, ...data !== undefined && {data}};
  try {
    log('free text');
    const texts = await freeText(options);
    log('columns');
    const found = await columns(cli, options);
    const command = await redactCommand(cli, folder, options);
    const cost = await policyCost(cli, folder, options);
    return {
      absent, freeText: texts, columns: found, redactCommand: command, rows: cost.rows,
      figures: tell(texts, found, command),
      ratios: {'ten transformed columns / plain copy (aim <= 1.5)': cost.ratio, '  the same in processor seconds': cost.cpuRatio},
      seconds: {...cost.seconds, 'redact --jsonl, start': command.startSeconds},
      peakMemoryMb: cost.peakMemoryMb,
    };
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
