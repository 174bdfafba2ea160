import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {freePort, runToItsEnd} from '../processes.js'
import {startProcess} from '../scope.js'
import {findProgram} from './find-program.js'

const bestCipher = ['-c', 'aes128-gcm@openssh.com']

/** What goes over SSH to a server of the bench's own: scp, sftp, rsync and tar. */
export async function sshCarriers(defer, way, directory) {
  if (findProgram('sshd') === undefined) return []
  const keys = join(directory, 'ssh')
  mkdirSync(keys)
  const port = await startServer(defer, way, keys)
  const place = await way.reach(port)
  const options = clientOptions(keys)
  const at = [...options, '-P', String(place.port)]
  const target = `${userInfo().username}@${place.host}`
  const scp = cipher => async (source, into) => {
    await runToItsEnd([...way.atClient, 'scp', '-q', '-r', ...cipher, ...at, source, `${target}:${into}/`])
  }
  const sftp = async (source, into) => {
    const batch = join(directory, 'sftp-batch')
    writeFileSync(batch, `put -r ${source} ${into}/\n`)
    await runToItsEnd([...way.atClient, 'sftp', '-q', ...bestCipher, ...at, '-b', batch, target])
  }
  const shell = ['ssh', ...bestCipher, ...options, '-p', String(place.port)]
  const rsync = async (source, into) => {
    // Whole files, as there is nothing to compare with; and rsync's own argument for the shell is one string.
    const command = ['rsync', '-r', '--whole-file', '-e', shell.join(' '), source, `${target}:${into}/`]
    await runToItsEnd([...way.atClient, ...command])
  }
  const tar = async (source, into) => {
    const command = `tar -cf - -C ${directory} source | ${[...shell, target].join(' ')} tar -xf - -C ${into}`
    await runToItsEnd([...way.atClient, 'sh', '-c', command])
  }
  const carriers = [
    {name: 'scp aes128-gcm', kinds: ['file', 'tree'], carry: scp(bestCipher)},
    {name: 'scp', kinds: ['file'], carry: scp([])},
    {name: 'sftp aes128-gcm', kinds: ['file', 'tree'], carry: sftp},
    {name: 'tar over ssh aes128-gcm', kinds: ['tree'], carry: tar},
  ]
  if (findProgram('rsync')) carriers.push({name: 'rsync over ssh aes128-gcm', kinds: ['file', 'tree'], carry: rsync})
  return carriers.map(({carry, ...rest}) => ({
    ...rest,
    async carry(source, into) {
      await carry(source, into)
      return join(into, 'source')
    },
  }))
}

/** Starts an SSH server for whoever runs this, with keys and settings of its own; returns its port. */
async function startServer(defer, {address, atServer}, directory) {
  makePrivilegeSeparationDirectory(defer)
  const port = await freePort()
  const file = name => join(directory, name)
  for (const name of ['host-key', 'user-key']) makeKey(file(name))
  copyFileSync(file('user-key.pub'), file('authorized-keys'))
  chmodSync(file('authorized-keys'), 0o600)
  const settings = [
    `ListenAddress ${address}:${port}`,
    `HostKey ${file('host-key')}`,
    `AuthorizedKeysFile ${file('authorized-keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'Subsystem sftp internal-sftp',
  ]
  writeFileSync(file('sshd-config'), `${settings.join('\n')}\n`)
  const command = [...atServer, findProgram('sshd'), '-D', '-e', '-f', file('sshd-config')]
  const server = startProcess(defer, command, {stdio: ['ignore', 'ignore', 'pipe']})
  await once(createInterface({input: server.stderr}), 'line')
  return port
}

function clientOptions(keys) {
  const settings = [
    'BatchMode=yes',
    'IdentityAgent=none',
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
  ]
  return ['-F', 'none', '-i', join(keys, 'user-key'), ...settings.flatMap(setting => ['-o', setting])]
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
