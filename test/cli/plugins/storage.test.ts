import {readdirSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {lockLifetimeMs} from '../../../src/cli/plugins/file-lock.js'
import {FileStorage, maxStorageBytes} from '../../../src/cli/plugins/storage.js'
import {temporaryDirectory} from '../../helpers/temporary-directory.js'

describe('the storage of a plug-in', () => {
  it('keeps JSON from one process to the next, in a file of its own that nobody else reads', async () => {
    const home = temporaryDirectory()
    const storage = new FileStorage(home, '@scope/dice')
    await Promise.all([storage.set('a', {b: [1, null]}), storage.set('__proto__', 'x'), storage.set('gone', 1)])
    await storage.delete('gone')
    const again = new FileStorage(home, '@scope/dice')
    expect(await again.get('a')).toEqual({b: [1, null]})
    expect(await again.keys()).toEqual(['a', '__proto__'])
    expect(await new FileStorage(home, 'other').get('a')).toBeUndefined()
    expect(readdirSync(join(home, 'plugin-data'))).toEqual(['%40scope%2Fdice.json'])
    expect(statSync(join(home, 'plugin-data', '%40scope%2Fdice.json')).mode & 0o77).toBe(0)
  })

  it('takes nothing from what another process keeps meanwhile', async () => {
    const home = temporaryDirectory()
    const [one, other] = [new FileStorage(home, 'dice'), new FileStorage(home, 'dice')]
    await one.set('a', 1)
    await other.set('b', 2)
    await one.set('c', 3)
    expect(await other.keys()).toEqual(['a', 'b', 'c'])
  })

  it('loses nothing of what several processes keep at once', async () => {
    const home = temporaryDirectory()
    const storages = [1, 2, 3].map(() => new FileStorage(home, 'dice'))
    const keys = Array.from({length: 10}, (_, index) => index)
    await Promise.all(storages.flatMap((one, owner) => keys.map(key => one.set(`${owner}-${key}`, key))))
    expect(await storages[0]!.keys()).toHaveLength(30)
    expect(readdirSync(join(home, 'plugin-data'))).toEqual(['dice.json'])
  })

  it('waits for no process that has ended in the middle of a change', async () => {
    const home = temporaryDirectory()
    const storage = new FileStorage(home, 'dice')
    await storage.set('a', 1)
    const lock = join(home, 'plugin-data', 'dice.json.lock')
    writeFileSync(lock, '')
    const longAgo = new Date(Date.now() - lockLifetimeMs - 1000)
    utimesSync(lock, longAgo, longAgo)
    await storage.set('b', 2)
    expect(await storage.keys()).toEqual(['a', 'b'])
  })

  it('gives copies', async () => {
    const storage = new FileStorage(temporaryDirectory(), 'dice')
    const value = {list: [1]}
    await storage.set('a', value)
    value.list.push(2)
    ;((await storage.get('a')) as typeof value).list.push(3)
    expect(await storage.get('a')).toEqual({list: [1]})
  })

  it('refuses more than a MiB, and what is no JSON, and is then as it was', async () => {
    const home = temporaryDirectory()
    const storage = new FileStorage(home, 'dice')
    await storage.set('a', 1)
    await expect(storage.set('b', 'x'.repeat(maxStorageBytes))).rejects.toMatchObject({code: 'bad-argument'})
    await expect(storage.set('b', () => 1)).rejects.toMatchObject({code: 'bad-argument'})
    expect(await storage.keys()).toEqual(['a'])
    expect(readFileSync(join(home, 'plugin-data', 'dice.json'), 'utf8')).toBe('{"a":1}')
  })

  it('does not overwrite what it cannot read', async () => {
    const home = temporaryDirectory()
    await new FileStorage(home, 'dice').set('a', 1)
    const path = join(home, 'plugin-data', 'dice.json')
    writeFileSync(path, '{"a":')
    await expect(new FileStorage(home, 'dice').set('b', 2)).rejects.toMatchObject({code: 'bad-argument'})
    expect(readFileSync(path, 'utf8')).toBe('{"a":')
  })
})
