import {getEventListeners} from 'node:events'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join as joinPath} from 'node:path'
import {describe, expect, it, onTestFinished} from 'vitest'
import type {RoomEvent} from '../src/conversation.js'
import {host} from '../src/host.js'
import {join} from '../src/join.js'
import {receive} from '../src/receive.js'
import {sendFile, type SendFileOptions} from '../src/send-file.js'
import {rightCode} from './helpers/admission.js'
import {newHome} from './helpers/device.js'
import {temporaryDirectory} from './helpers/temporary-directory.js'

/** A room, and what it takes to send it some files. */
async function room(accept: 'all' | 'ask', names: string[]) {
  const home = newHome()
  const out = temporaryDirectory()
  const bob = await host({home, port: 0, bind: '127.0.0.1', nick: 'bob', code: rightCode, accept, out})
  onTestFinished(() => bob.leave())
  const directory = temporaryDirectory()
  const paths = names.map(name => joinPath(directory, name))
  for (const path of paths) writeFileSync(path, 'hello, file\n')
  const options: SendFileOptions = {home: newHome(), host: '127.0.0.1', port: bob.port, code: rightCode, paths}
  return {bob, options}
}

describe('a delivery', () => {
  it('brings more files than may be offered at once, in order', async () => {
    const names = Array.from({length: 70}, (_, index) => `${index}.txt`)
    const {options} = await room('all', names)
    const {files} = await sendFile(options)
    expect(files.map(({name, status}) => [name, status])).toEqual(names.map(name => [name, 'sent']))
  })

  it('tells once that it waits, however many files do', async () => {
    const {bob, options} = await room('ask', ['a.txt', 'b.txt', 'c.txt'])
    const events: RoomEvent[] = []
    const delivery = sendFile({
      ...options,
      onEvent: event => {
        events.push(event)
        // By then each offer has waited long enough to be told of.
        if (event.event === 'notice') setTimeout(() => bob.offers().forEach(({transfer}) => bob.accept(transfer)), 100)
      },
    })
    expect((await delivery).files.map(({status}) => status)).toEqual(['sent', 'sent', 'sent'])
    const notices = events.filter(({event}) => event === 'notice')
    expect(notices).toEqual([{event: 'notice', code: 'waiting', message: 'waiting for bob to accept'}])
  })

  it('begins anew, once, with a file that changes on its way, and says so', async () => {
    const {options} = await room('all', ['a.bin'])
    const path = options.paths[0] as string
    writeFileSync(path, Buffer.alloc(300_000, 'a'))
    const out = temporaryDirectory()
    const reception = await receive({home: newHome(), port: 0, bind: '127.0.0.1', code: rightCode, out})
    const told: string[] = []
    const onEvent = (event: RoomEvent): void => {
      if (event.event === 'notice') told.push(event.message)
      if (event.event === 'progress' && told.length === 0) writeFileSync(path, 'another')
    }
    const delivery = sendFile({...options, port: reception.port, bandwidthBytesPerSecond: 500_000, onEvent})
    expect((await delivery).files).toMatchObject([{status: 'sent', bytes: 7}])
    expect(told).toContain('a.bin begins anew: it has changed')
    // It was whole, for whoever receives, too.
    await reception.ended
    expect(readFileSync(joinPath(out, 'new_a.bin'), 'utf8')).toBe('another')
    expect(readdirSync(out)).toEqual(['new_a.bin'])
  })

  it('is incomplete, and no mistake of who asked, when a file has gone since it began', async () => {
    const {options} = await room('all', ['a.txt', 'b.txt'])
    const gone = options.paths[1] as string
    const remove = (): Promise<string> => {
      rmSync(gone)
      return Promise.resolve(rightCode)
    }
    // The code is asked for once every file has been looked at.
    const {files} = await sendFile({...options, code: remove})
    expect(files).toMatchObject([{status: 'sent'}, {status: 'failed', error: {code: 'source-changed', exitCode: 6}}])
  })

  it('waits for an answer as long as it is told to, were it a month', async () => {
    const {bob, options} = await room('ask', ['a.txt'])
    bob.subscribe(event => event.event === 'offer' && setTimeout(() => bob.accept(event.transfer), 50))
    const {files} = await sendFile({...options, answerTimeoutMs: 2 ** 31})
    expect(files).toMatchObject([{status: 'sent'}])
  })

  it('does not begin when it is called off before', async () => {
    const {bob, options} = await room('all', ['a.txt'])
    const seen: string[] = []
    bob.subscribe(({event}) => seen.push(event))
    const calledOff = {...options, paths: ['no-such-file'], signal: AbortSignal.abort(new Error('enough'))}
    await expect(sendFile(calledOff)).rejects.toThrow('enough')
    expect(seen).toEqual(['listening'])
  })

  it('ends what is under way when it is called off, and says what became of it', async () => {
    const {bob, options} = await room('ask', ['a.txt'])
    const giveUp = new AbortController()
    bob.subscribe(({event}) => event === 'offer' && giveUp.abort())
    const {files} = await sendFile({...options, signal: giveUp.signal})
    expect(files).toMatchObject([{status: 'failed', error: {code: 'connection-lost'}}])
  })

  it('leaves nothing with the signal', async () => {
    const {options} = await room('all', ['a.txt'])
    const {signal} = new AbortController()
    await sendFile({...options, signal})
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('is for a member by nick, or for everyone, and says of each file for whom it was', async () => {
    const {options} = await room('all', ['a.txt'])
    const recipients = async (to: string) => (await sendFile({...options, to})).files.map(file => file.to)
    expect(await recipients('Bob')).toEqual(['bob'])
    expect(await recipients('all')).toEqual(['bob'])
    const {home, host: address, port} = options
    const ana = await join({home, host: address, port: port ?? 0, code: rightCode, nick: 'ana', accept: 'none'})
    onTestFinished(() => ana.leave())
    expect(await recipients('all')).toEqual(['bob', 'ana'])
  })

  it('offers nothing for a member who is not there, and leaves', async () => {
    const {bob, options} = await room('all', ['a.txt'])
    const seen: string[] = []
    bob.subscribe(({event}) => seen.push(event))
    await expect(sendFile({...options, to: 'eve'})).rejects.toMatchObject({code: 'unknown-member', exitCode: 2})
    expect(seen).toEqual(['listening'])
  })
})
