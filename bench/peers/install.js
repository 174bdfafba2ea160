#!/usr/bin/env node
// Installs the programs that the benches run beside chatctl, as far as the package registries carry them:
// OpenSSH, rsync, ncat, socat, nginx and curl by apt where that is at hand (for root), croc by Go's registry and
// magic-wormhole by Python's, both into a directory of the bench's own. No test needs any of them.
//
//   npm run bench:peers
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {findProgram, peersDirectory} from './find-program.js'

const python = join(peersDirectory, 'python')
const steps = [
  {
    installs: 'OpenSSH, rsync, ncat, socat, nginx, curl',
    isPossible: process.getuid?.() === 0 && findProgram('apt-get') !== undefined,
    commands: [
      ['apt-get', 'update', '-qq'],
      // prettier-ignore
      ['apt-get', 'install', '-y', '-qq', '--no-install-recommends',
        'openssh-server', 'openssh-client', 'rsync', 'ncat', 'socat', 'nginx-light', 'curl', 'iproute2'],
    ],
  },
  {
    installs: 'croc',
    isPossible: findProgram('go') !== undefined,
    commands: [['go', 'install', 'github.com/schollz/croc/v10@latest']],
  },
  {
    installs: 'magic-wormhole',
    isPossible: findProgram('python3') !== undefined,
    commands: [
      ['python3', '-m', 'venv', python],
      [join(python, 'bin', 'pip'), 'install', '--quiet', 'magic-wormhole', 'magic-wormhole-mailbox-server'],
    ],
  },
]

const env = {...process.env, GOBIN: join(peersDirectory, 'bin'), DEBIAN_FRONTEND: 'noninteractive'}
for (const {installs, isPossible, commands} of steps) {
  const isDone = isPossible && commands.every(runsWell)
  console.log(`${installs}: ${isDone ? 'installed' : isPossible ? 'could not be installed' : 'left out here'}`)
}

function runsWell([program, ...args]) {
  return spawnSync(program, args, {env, stdio: ['ignore', 'ignore', 'inherit']}).status === 0
}
