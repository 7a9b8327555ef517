import {PipelineError, Secret, type Endpoint} from '@sluice/core';
import {parseEndpoint} from '@sluice/connector-mongodb';
import {describe, expect, it} from 'vitest';

describe('the URL of a MongoDB source', () => {
  it('is taken apart: hosts and options for the driver, and what is ours', () => {
    const place = parseEndpoint({url: 'mongodb://reader@a:27017,b:27018/shop?replicaSet=rs0&readPreference=secondary&naming=compat&prefix=p_&sample=500', password: new Secret('s')});
    expect(place).toMatchObject({
      driverUrl: 'mongodb://a:27017,b:27018/shop?replicaSet=rs0&readPreference=secondary', user: 'reader', database: 'shop', naming: 'compat', prefix: 'p_', sample: 500,
      schemas: null, tls: false, label: 'mongodb://a:27017,b:27018/shop',
    });
  });

  it('knows TLS by the scheme and by the option, and spells options as the driver wants them', () => {
    expect(parseEndpoint({url: 'mongodb+srv://cluster.example/shop?retrywrites=true&w=majority'})).toMatchObject({tls: true, driverUrl: 'mongodb+srv://cluster.example/shop?retryWrites=true&w=majority'});
    expect(parseEndpoint({url: 'mongodb://h/shop?tls=true'}).tls).toBe(true);
    expect(parseEndpoint({url: 'mongodb+srv://h/shop?tls=false'}).tls).toBe(false);
  });

  it('tells all problems at once, with what was meant', () => {
    const problems = problemsOf({url: 'mongodb://h:99999,/?readPreference=second&replicaset=a&replicaSet=b&readPreferense=primary&sample=-1', password: new Secret('hunter2')});
    expect(problems).toEqual([
      'there is a password, but the URL names no user', 'a port must be 1-65535', 'the URL has an empty host between its commas', 'the URL names no database',
      'readPreference must be one of primary, primaryPreferred, secondary, secondaryPreferred, nearest', 'the URL has replicaSet more than once',
      'the URL has an unknown option readPreferense; did you mean readPreference?', 'sample must be a number of documents, or all',
    ]);
  });

  it.each(['mongodb://user:hunter2@h/shop', 'mongodb://h/sh.op', 'mongodb+srv://h:1/shop', 'mongodb://h/shop?ssl=yes'])('%s is refused', url => {
    const problems = problemsOf({url});
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('hunter2');
  });
});

function problemsOf(endpoint: Endpoint): readonly string[] {
  try {
    parseEndpoint(endpoint);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return error.problems.map(({message}) => message);
  }
  return [];
}
