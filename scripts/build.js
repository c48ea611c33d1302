/** `npm run build`: compiles the sources to dist/ and bundles the workflows. */
const { join } = require('node:path');
const { build } = require('./dist');

try {
  build(join(__dirname, '..'));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
