import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {startProcess} from './scope.js'

const program = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find(existsSync)

/**
 * Starts an SSH server on loopback for whoever runs this, with keys and settings of its own. Returns the command line
 * of an scp that reaches it, and the name of the place; undefined where no SSH server is installed.
 */
export async function startSshServer(defer, directory) {
  if (program === undefined) return undefined
  makePrivilegeSeparationDirectory(defer)
  const port = await freePort()
  const file = name => join(directory, name)
  for (const name of ['host-key', 'user-key']) makeKey(file(name))
  copyFileSync(file('user-key.pub'), file('authorized-keys'))
  chmodSync(file('authorized-keys'), 0o600)
  writeFileSync(
    file('sshd-config'),
    `ListenAddress 127.0.0.1:${port}
HostKey ${file('host-key')}
AuthorizedKeysFile ${file('authorized-keys')}
PidFile none
UsePAM no
StrictModes no
Subsystem sftp internal-sftp
`,
  )
  const server = startProcess(defer, [program, '-D', '-e', '-f', file('sshd-config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const lines = createInterface({input: server.stderr})
  await once(lines, 'line')

  const settings = ['BatchMode=yes', 'IdentityAgent=none', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null']
  const options = settings.flatMap(setting => ['-o', setting])
  return {
    scp: ['scp', '-q', '-F', 'none', '-P', String(port), '-i', file('user-key'), '-o', 'LogLevel=ERROR', ...options],
    place: `${userInfo().username}@127.0.0.1`,
  }
}

function makeKey(path) {
  const {status, stderr} = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path], {encoding: 'utf8'})
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`)
}

/** A server of root's insists on it, and only a service that was started has made it. */
function makePrivilegeSeparationDirectory(defer) {
  if (process.getuid() !== 0) return
  const made = mkdirSync('/run/sshd', {recursive: true, mode: 0o755})
  if (made !== undefined) defer(() => rmSync(made, {recursive: true}))
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address()
  server.close()
  return port
}
