import {option, z} from '@sluice/config';
import {PipelineError} from '@sluice/core';
import {parseLossRules} from '@sluice/engine';

/** One rule for losses as it is written in a list: `quarantine`, `visits.day=text`, `*.note=null`. */
export const lossRule = () => z.string().superRefine((text, context) => {
  try {
    parseLossRules([text]);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    context.addIssue({code: 'custom', message: `${error.problems[0]?.message ?? error.message}; ${error.remedy}`});
  }
});

/** Options of copies whose destination may not hold everything. `parseLossRules` reads the rules. */
export const lossOptions = {
  onLoss: option(z.array(lossRule()).default([]), {
    describe: 'What does not fit: fail, null, text, quarantine.',
    details: "What becomes of values that the destination cannot hold; '*.day=text' is of some columns. The first that fits counts.",
    value: 'RULE,...', example: "'visits.day=text,*.note=null,quarantine'", env: false,
  }),
};

/** The same for runs that write. */
export const quarantineOptions = {
  quarantine: option(z.string().min(1).default('.sluice/quarantine'), {describe: 'Where rows go that a rule sets aside, as data; only you can read them.', value: 'FOLDER', advanced: true}),
};
