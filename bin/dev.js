#!/usr/bin/env node
// Compiles what has changed and runs it with stack traces.
import {execFileSync} from 'node:child_process'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const cache = join(root, 'node_modules', '.cache', 'chatctl.tsbuildinfo')
const options = ['-p', join(root, 'tsconfig.build.json'), '--incremental', '--tsBuildInfoFile', cache]

// Standard output belongs to chatctl.
execFileSync(process.execPath, [tsc, ...options], {stdio: ['ignore', process.stderr, process.stderr]})
process.env.DEBUG ??= 'chatctl*'
await import('./run.js')
