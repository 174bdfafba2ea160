import {chatctlCarriers} from './chatctl.js'
import {copyCarriers} from './copy.js'
import {crocCarriers} from './croc.js'
import {nodePipeCarriers} from './node-pipe.js'
import {pipeCarriers} from './pipes.js'
import {sshCarriers} from './ssh.js'
import {wormholeCarriers} from './wormhole.js'

/**
 * Everyone found on this machine who can carry files from one computer of `way` to the other, with what each needs
 * (servers, keys) set up in `directory` for as long as the scope lasts. A carrier has a `name`, the `kinds` that it
 * carries (`file`, `tree`), and `carry(source, into)`, which resolves with the path at which all of it has arrived.
 */
export async function findCarriers(defer, way, directory, kind) {
  const makers = [
    chatctlCarriers,
    nodePipeCarriers,
    sshCarriers,
    pipeCarriers,
    crocCarriers,
    wormholeCarriers,
    copyCarriers,
  ]
  const carriers = []
  for (const make of makers) carriers.push(...(await make(defer, way, directory)))
  return carriers.filter(({kinds}) => kinds.includes(kind))
}
