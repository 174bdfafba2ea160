import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['./test/helpers/make-devices.ts'],
    setupFiles: ['./test/helpers/property-setup.ts'],
    disableConsoleIntercept: true,
    fileParallelism: true,
    maxWorkers: 2,
    // What ends a test that hangs: no measure of speed. A busy machine takes ten times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ['default', './test/helpers/tally-reporter.ts'],
  },
})
