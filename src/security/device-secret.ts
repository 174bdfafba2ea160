import {hkdfSync} from 'node:crypto'
import type {Identity} from './identity.js'

const secretBytes = 32

/** A secret for one purpose that only this device can make, the same each time; it tells nothing of the device's key (RFC 5869). */
export function deviceSecret({key}: Identity, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `chatctl/1 ${purpose}`, secretBytes))
}
