import {createHash, randomBytes} from 'node:crypto'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {failureOf, joinDesks} from '../helpers/transfer-pair.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

function setUp() {
  const directories = {host: temporaryDirectory(), member: temporaryDirectory()}
  const write = (name: string, bytes: Buffer | string) => {
    const path = join(directories.member, name)
    writeFileSync(path, bytes)
    return path
  }
  return {...joinDesks(directories), directories, write}
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

describe('TransferDesk', () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 5 * 1024 * 1024 + 3])('delivers %i bytes whole', async length => {
    const {host, member, directories, write} = setUp()
    const bytes = randomBytes(length)
    const offered = await member.desk.offer(write('a.bin', bytes))
    const delivered = await offered.delivered
    const path = join(directories.host, 'new_a.bin')
    expect(delivered).toMatchObject({name: 'a.bin', bytes: length, sha256: sha256(bytes)})
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(readdirSync(directories.host)).toEqual(['new_a.bin'])
    expect(host.events.map(({event}) => event)).toEqual(['offer', 'received'])
    expect(host.events.at(-1)).toMatchObject({path, sha256: sha256(bytes), transfer: 1, name: 'a.bin'})
    expect(member.events).toMatchObject([{event: 'sent', transfer: 1, sha256: sha256(bytes)}])
  })
})
