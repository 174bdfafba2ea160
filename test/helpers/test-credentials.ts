import type {Identity} from '../../src/security/identity.js'
import {newIdentity} from './device.js'

let made: Promise<Identity> | undefined

/** The identity of one device, the same for all tests of a file. */
export function testCredentials(): Promise<Identity> {
  return (made ??= newIdentity())
}
