import {join} from 'node:path'
import {loadIdentity} from '../../build/security/identity.js'
import {environment, sendCommand, startHost} from '../chatctl.js'
import {runToItsEnd} from '../processes.js'

/** The name of chatctl among those who carry. */
export const ownName = 'chatctl send-file'

/** `chatctl send-file` to a host that is there already. */
export async function chatctlCarriers(defer, {address, atServer, atClient, reach}, directory) {
  const home = join(directory, 'ana')
  await loadIdentity(home)
  const out = join(directory, 'in')
  const {port, code} = await startHost(defer, {home: join(directory, 'host'), out, enter: atServer, address})
  const place = await reach(port)
  const command = [...atClient, ...sendCommand(`${place.host}:${place.port}`)]
  return [
    {
      name: ownName,
      kinds: ['file', 'tree'],
      async carry(source) {
        await runToItsEnd([...command, source], {env: environment({home, code})})
        return join(out, 'new_source')
      },
    },
  ]
}
