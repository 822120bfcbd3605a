import autocannon from 'autocannon';

/** One round of load in a process of its own, to be pinned to a core: `load.mjs '{"url":…}'` prints requests a second. */
const { url, headers, seconds, connections, pipelining } = JSON.parse(process.argv[2]);
const result = await autocannon({
  url,
  headers,
  connections,
  pipelining,
  duration: seconds,
  excludeErrorStats: true,
});
const failed = result.non2xx + result.errors + result.timeouts;
process.stdout.write(
  JSON.stringify({
    perSecond: result['2xx'] / result.duration,
    failed,
    p99: result.latency.p99,
    average: result.latency.average,
  }),
);
