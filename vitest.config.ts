import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['./test/helpers/make-devices.ts'],
    setupFiles: ['./test/helpers/property-setup.ts'],
    disableConsoleIntercept: true,
    fileParallelism: true,
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: ['default', './test/helpers/tally-reporter.ts'],
  },
})
