import {chatctlCarriers} from './chatctl.js'
import {copyCarriers} from './copy.js'
import {crocCarriers} from './croc.js'
import {nodePipeCarriers} from './node-pipe.js'
import {pipeCarriers} from './pipes.js'
import {sshCarriers} from './ssh.js'
import {wormholeCarriers} from './wormhole.js'

const families = {
  chatctl: chatctlCarriers,
  nodePipe: nodePipeCarriers,
  ssh: sshCarriers,
  pipes: pipeCarriers,
  croc: crocCarriers,
  wormhole: wormholeCarriers,
  copy: copyCarriers,
}

/**
 * Everyone found on this machine who can carry files from one computer of `way` to the other, with what each needs
 * (servers, keys) set up in `directory` for as long as the scope lasts. A carrier has a `name`, the `kinds` that it
 * carries (`file`, `tree`), the `family` that is set up together, and `carry(source, into)`, which resolves with the path
 * at which all of it has arrived. `only` names the one family to set up, where not all are needed.
 */
export async function findCarriers(defer, way, directory, kind, only) {
  const carriers = []
  for (const [family, make] of Object.entries(families)) {
    if (only !== undefined && family !== only) continue
    for (const carrier of await make(defer, way, directory)) carriers.push({...carrier, family})
  }
  return carriers.filter(({kinds}) => kinds.includes(kind))
}
