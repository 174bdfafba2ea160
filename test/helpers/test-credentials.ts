import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {loadIdentity, type Identity} from '../../src/security/identity.js'

let made: Promise<Identity> | undefined

/** The identity of one device, the same for all tests of a file. */
export function testCredentials(): Promise<Identity> {
  return (made ??= make())
}

async function make(): Promise<Identity> {
  const home = await mkdtemp(join(tmpdir(), 'chatctl-'))
  try {
    return await loadIdentity(home)
  } finally {
    await rm(home, {recursive: true})
  }
}
