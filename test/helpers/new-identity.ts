import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadIdentity, type Identity} from '../../src/security/identity.js'

/** Makes the identity of a device that exists only in a test. */
export async function newIdentity(): Promise<Identity> {
  const home = await mkdtemp(join(tmpdir(), 'chatctl-'))
  try {
    return await loadIdentity(home)
  } finally {
    await rm(home, {recursive: true})
  }
}
