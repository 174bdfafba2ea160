import type {Reporter, TestModule} from 'vitest/node'

/** Closes a run with one plain line, `N passed, N failed`, that any CI can read. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    let failed = unhandledErrors.length
    for (const module of modules) {
      const before = passed + failed
      for (const test of module.children.allTests()) {
        const {state} = test.result()
        if (state === 'passed') passed++
        if (state === 'failed') failed++
      }
      if (passed + failed === before && module.state() === 'failed') failed++
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  }
}
