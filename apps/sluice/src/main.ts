import {runCli} from '@sluice/cli-kit';
import {tool} from './tool.ts';

await runCli({
  ...tool,
  summary: 'Moves data between databases and files, takes out what must not leave, and proves what it did.',
  commands: [
    {name: 'copy', summary: 'Copies tables and proves that they arrived.', load: async () => (await import('./copy.ts')).copy},
    {name: 'plan', summary: 'Says what a copy would do and lose, and touches nothing.', load: async () => (await import('./plan.ts')).plan},
    {name: 'check', summary: 'Tests connection and privileges, and lists all problems.', load: async () => (await import('./check.ts')).check},
    {name: 'run', summary: 'Runs a job file: several tables, each in its own way.', load: async () => (await import('./run.ts')).run},
    {name: 'job schema', summary: 'Prints the JSON Schema of job files, for editors.', load: async () => (await import('./job-schema.ts')).jobSchema},
    {name: 'init', summary: 'Drafts a job file from what the source holds.', load: async () => (await import('./init.ts')).init},
    {name: 'verify', summary: 'Compares two systems row by row, and repairs the second.', load: async () => (await import('./verify.ts')).verify},
    {name: 'inspect', summary: 'Proposes what every column is, and drafts a policy.', load: async () => (await import('./inspect.ts')).inspect},
    {name: 'policy check', summary: 'Lists every problem of a policy and the strongest claim it supports.', load: async () => (await import('./policy-check.ts')).policyCheck},
    {name: 'policy schema', summary: 'Prints the JSON Schema of policies, for editors.', load: async () => (await import('./policy-schema.ts')).policySchema},
    {name: 'certificate verify', summary: 'Checks the certificate of a release, and the release against it.', load: async () => (await import('./certificate-verify.ts')).certificateVerify},
    {name: 'redact', summary: 'Takes what identifies people out of text.', load: async () => (await import('./redact.ts')).redact},
    {name: 'verify-receipt', summary: 'Checks a file or a table against the receipt of the run that made it.', load: async () => (await import('./verify-receipt.ts')).verifyReceipt},
  ],
  examples: [
    {command: 'sluice copy mysql://reader@db.example/study sqlite:study.db', does: 'A whole database becomes one file.'},
    {command: 'sluice plan mysql://reader@db.example/study sqlite:study.db', does: 'What would happen.'},
    {command: 'sluice inspect mysql://reader@db.example/study -o policy.yaml', does: 'What may identify people, and a policy to decide in.'},
  ],
  notes: ['Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 partial, 130 interrupted.'],
});
