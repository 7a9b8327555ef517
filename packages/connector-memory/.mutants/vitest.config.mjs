export default {
    root: "/work/main/packages/connector-memory/.mutants",
    resolve: {conditions: ['sluice-source']}, ssr: {resolve: {conditions: ['sluice-source']}},
    test: {include: ['*/test/*.test.ts'], testTimeout: 60_000, dangerouslyIgnoreUnhandledErrors: true},
  };