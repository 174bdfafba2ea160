import {networkInterfaces} from 'node:os'
import {describe, expect, it} from 'vitest'
import {interfaceNames} from '../../src/cli/interface-names.js'

describe('interfaceNames', () => {
  it('knows the interface of each address of this computer', () => {
    const interfaces = networkInterfaces()
    const names = interfaceNames(interfaces)
    for (const [name, addresses] of Object.entries(interfaces))
      for (const {address} of addresses ?? []) expect(names[address]).toBe(name)
  })
})
