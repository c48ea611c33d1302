const { default: Sequencer } = require('@jest/test-sequencer');

/** Minutes each: begun last, as their small files would be on a machine that has not run them, they would be waited for by idle workers. */
const FIRST = [
  ...['deaths/deaths', 'truth/model', 'chaos/service', 'workflow/continue-as-new', 'e2e/worker-ends'],
  ...['workflow/messages', 'workflow/trouble', 'workflow/rubbish'],
  ...['contract/dataverse-simulator', 'activity/late-commits', 'activity/late-roles', 'activity/echo', 'activity/clobber'],
];

const rank = ({ path }) => {
  const at = FIRST.findIndex((name) => path.includes(`${name}.test.`));
  return at < 0 ? FIRST.length : at;
};

module.exports = class extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [...sorted].sort((a, b) => rank(a) - rank(b));
  }
};
