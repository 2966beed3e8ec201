/**
 * A reporter of Vitest, named by runners.mjs: how many errors came outside of every test, which the JSON report does not
 * tell. It writes the number beside that report, and only when the run came to its end.
 */
import fs from 'node:fs';

/** Where the number stands for a JSON report. */
export function unhandledBeside(report) {
  return report.replace(/\.json$/, '-unhandled.json');
}

export default class Unhandled {
  onInit({ config }) {
    this.file = unhandledBeside(config.outputFile.json);
  }

  onTestRunEnd(_modules, errors, reason) {
    if (reason !== 'interrupted') fs.writeFileSync(this.file, JSON.stringify(errors.length));
  }
}
