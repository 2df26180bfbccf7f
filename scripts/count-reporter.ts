import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export type Count = { passed: number; failed: number }

/** Where `scripts/test.ts` reads the sum of the whole run. */
export const COUNT_FILE = 'LONGHAUL_TEST_COUNT'

/** Counts tests; a file that could not be loaded and a stray error are failures as well. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env[COUNT_FILE]
    if (file) writeFileSync(file, JSON.stringify(countOf(modules, unhandled.length)))
  }
}

function countOf(modules: readonly TestModule[], strayErrors: number): Count {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const failedTests = tests.filter((test) => test.result().state === 'failed').length
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: failedTests + suiteErrors(modules) + strayErrors,
  }
}

/** A broken import or hook fails a file or a suite without failing any one test of it. */
function suiteErrors(modules: readonly TestModule[]): number {
  const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
  return suites.filter((suite) => suite.errors().length > 0).length
}
