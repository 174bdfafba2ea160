import {describe, expect, it} from 'vitest'
import {deviceSecret} from '../../src/security/device-secret.js'
import {newIdentity} from '../helpers/device.js'

describe('the secret of a device', () => {
  it('is the same each time, and another for another purpose or device', async () => {
    const [ana, bob] = [await newIdentity(), await newIdentity()]
    const secrets = [
      deviceSecret(ana, 'job'),
      deviceSecret(ana, 'job'),
      deviceSecret(ana, 'x'),
      deviceSecret(bob, 'job'),
    ]
    const [first, again, ...others] = secrets.map(secret => secret.toString('hex'))
    expect(again).toBe(first)
    expect(new Set([first, ...others]).size).toBe(3)
  })
})
