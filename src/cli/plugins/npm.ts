import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ChatctlError} from '../../errors/index.js'
import {runProgram} from '../run-program.js'

/** What is left out: what nobody asked for, and scripts that would run before anyone has looked at what they are. */
const quietly = ['--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts', '--omit=dev', '--omit=peer']

/**
 * Has npm install a package, or take one away, in the data directory.
 * @throws ChatctlError `plugin-failed` when npm is missing, or cannot do it
 */
export async function npm(action: 'install' | 'uninstall', spec: string, home: string): Promise<void> {
  const [command, ...first] = findNpm()
  const {exitCode, complaint} = await runProgram({
    command,
    args: [...first, action, ...quietly, '--prefix', home, '--', spec],
  }).catch((cause: unknown) => {
    throw new ChatctlError('plugin-failed', 'npm cannot be run', {hint: 'npm comes with Node.js: install it.', cause})
  })
  if (exitCode === 0) return
  const [reason = 'it does not say why'] = complaint
    .split('\n')
    .flatMap(line => /^npm (?:error|ERR!) (?!(?:code|syscall|path|errno) )(.+)/.exec(line)?.[1] ?? [])
  throw new ChatctlError('plugin-failed', `npm cannot ${action} ${spec}: ${reason}`, {
    hint: 'Check the name, and that the registry can be reached; a directory is added by its path.',
  })
}

/** On Windows npm is a script for a shell, and no shell is to read what is asked for. */
function findNpm(): [string, ...string[]] {
  const script = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  return process.platform === 'win32' && existsSync(script) ? [process.execPath, script] : ['npm']
}
