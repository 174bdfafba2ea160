// Writes into the README the screens that it shows, as the shell draws them and an emulator sees them.
import {spawnSync} from 'node:child_process'
import {dirname} from 'node:path'
import {fileURLToPath} from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const env = {...process.env, CAPTURES: 'write'}
const {status} = spawnSync('npx', ['vitest', 'run', 'test/captures.test.ts'], {cwd: root, env, stdio: 'inherit'})
process.exitCode = status ?? 1
