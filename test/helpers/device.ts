import {cpSync} from 'node:fs'
import {join} from 'node:path'
import {inject} from 'vitest'
import {loadIdentity, type Identity} from '../../src/security/identity.js'
import {temporaryDirectory} from './temporary-directory.js'

let taken = 0

/** Makes the home directory of a device that no other of this test is: it has its identity, and knows nobody. */
export function newHome(): string {
  const home = join(temporaryDirectory(), 'home')
  cpSync(nextDevice(), home, {recursive: true})
  return home
}

/** Resolves with the identity of a device that no other of this test is. */
export function newIdentity(): Promise<Identity> {
  return loadIdentity(nextDevice())
}

function nextDevice(): string {
  const devices = inject('devices')
  return devices[taken++ % devices.length]!
}
