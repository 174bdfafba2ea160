import {readdirSync, writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import {join} from '../src/join.js'
import {receive, type ReceiveOptions} from '../src/receive.js'
import {say} from '../src/say.js'
import {sendFile} from '../src/send-file.js'
import {rightCode} from './helpers/admission.js'
import {newHome} from './helpers/device.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'

/** A host that takes files only, and what it takes to bring it some. */
async function reception(changes: Partial<ReceiveOptions> = {}) {
  const out = temporaryDirectory()
  const home = newHome()
  const bob = await receive({home, port: 0, bind: '127.0.0.1', nick: 'bob', code: rightCode, out, ...changes})
  onTestFinished(() => bob.leave())
  const directory = temporaryDirectory()
  const entry = {home: newHome(), host: '127.0.0.1', port: bob.port, code: rightCode}
  const bring = (...names: string[]) => {
    const paths = names.map(name => joinPath(directory, name))
    for (const path of paths) writeFileSync(path, 'hello, file\n')
    return sendFile({...entry, paths})
  }
  return {bob, out, entry, bring}
}

async function isOver(bob: {ended: Promise<unknown>}): Promise<boolean> {
  const goesOn = new Promise<boolean>(resolve => setImmediate(() => resolve(false)))
  return Promise.race([bob.ended.then(() => true), goesOn])
}

describe('a reception', () => {
  it('ends with the first whole delivery, of however many files, which its sender knows to be whole', async () => {
    const {bob, out, bring} = await reception()
    const names = Array.from({length: 40}, (_, index) => `${index}.txt`)
    const {files} = await bring(...names)
    expect(files.every(({status}) => status === 'sent')).toBe(true)
    expect(await bob.ended).toEqual({reason: 'closed'})
    expect(readdirSync(out)).toHaveLength(40)
  })

  it('tells its first listener all from the beginning', async () => {
    const {bob} = await reception()
    const seen: string[] = []
    bob.subscribe(({event}) => seen.push(event))
    expect(seen).toEqual(['listening'])
  })

  it('goes on when it is to be kept', async () => {
    const {bob, bring} = await reception({keep: true})
    await bring('a.txt')
    await bring('b.txt')
    expect(await isOver(bob)).toBe(false)
  })

  it('goes on after a delivery of which something was declined', async () => {
    const {bob, out, bring} = await reception({accept: 'ask'})
    bob.subscribe(event => {
      if (event.event !== 'offer') return
      if (event.name === 'b.txt') bob.decline(event.transfer)
      else bob.accept(event.transfer)
    })
    expect((await bring('a.txt', 'b.txt')).files.map(({status}) => status)).toEqual(['sent', 'declined'])
    expect(await isOver(bob)).toBe(false)
    await bring('a.txt')
    await bob.ended
    expect(readdirSync(out)).toEqual(['new_a (2).txt', 'new_a.txt'])
  })

  it('goes on after someone who came without a file', async () => {
    const {bob, entry} = await reception()
    await sendFile({...entry, paths: []})
    expect(await isOver(bob)).toBe(false)
  })

  it('goes on after a delivery that was called off between two files', async () => {
    const {bob, entry} = await reception({accept: 'ask'})
    const path = joinPath(temporaryDirectory(), 'a.txt')
    writeFileSync(path, 'hello, file\n')
    const giveUp = new AbortController()
    bob.subscribe(event => {
      if (event.event === 'offer' && event.transfer === 1) bob.accept(1)
      if (event.event === 'received') giveUp.abort()
    })
    await sendFile({...entry, paths: [path, path], signal: giveUp.signal})
    expect(await isOver(bob)).toBe(false)
  })

  it('turns away who wants to talk', async () => {
    const {bob, entry} = await reception()
    const turnedAway = {code: 'files-only', exitCode: 4}
    await expect(join(entry)).rejects.toMatchObject(turnedAway)
    await expect(say({...entry, messages: ['hello']})).rejects.toMatchObject(turnedAway)
    expect(await isOver(bob)).toBe(false)
  })
})

describe('a reception with a code for one guest', () => {
  it('remembers the one whose delivery was whole, and nobody who was declined', async () => {
    const home = newHome()
    const bob = await receive({home, port: 0, bind: '127.0.0.1', nick: 'bob', accept: 'ask', out: temporaryDirectory()})
    onTestFinished(() => bob.leave())
    const bring = async (nick: string): Promise<void> => {
      const path = joinPath(temporaryDirectory(), `${nick}.txt`)
      writeFileSync(path, 'hello, file\n')
      const code = bob.code ?? ''
      await sendFile({home: newHome(), host: '127.0.0.1', port: bob.port, code, nick, paths: [path]})
    }
    bob.subscribe(event => {
      if (event.event !== 'offer') return
      if (event.name === 'eve.txt') bob.decline(event.transfer)
      else bob.accept(event.transfer)
    })
    await bring('eve')
    await bring('ana')
    await bob.ended
    expect(bob.peers().map(({name}) => name)).toEqual(['ana'])
  })
})
