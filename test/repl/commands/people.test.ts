import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {ana, bob, FakeConversation, FakeRoom} from '../../helpers/fake-conversation.js'

const carol = {id: 3, nick: 'carol'}

function bench() {
  const conversation = new FakeConversation()
  conversation.others = [bob, carol]
  return new CommandBench(conversation)
}

describe('/whois', () => {
  it('tells who hosts, and of a device what is known here', async () => {
    const of = bench()
    of.conversation.fingerprints = {bob: 'f'.repeat(64)}
    of.conversation.known = {bob: {knownAs: 'bob-laptop'}}
    expect(await of.submit('/whois bob')).toBe(
      `bob:\n  hosts this room\n  is remembered as bob-laptop\n  device ${'f'.repeat(64)}`,
    )
    expect(await of.submit('/whois carol')).toBe('carol:\n  is here\n  only the host has met the device')
    expect(await of.refuse('/whois eve')).toMatchObject({code: 'unknown-member'})
  })
})

describe('/ignore and /unignore', () => {
  const shown = (of: CommandBench, from = carol) =>
    of.shell.observe({event: 'message', id: 1, from, text: 'hi', kind: 'say', self: false})

  it('show nothing that someone says or offers, and then again', async () => {
    const of = bench()
    expect(shown(of)).toBe(true)
    await of.submit('/ignore carol')
    expect(shown(of)).toBe(false)
    expect(shown(of, bob)).toBe(true)
    const offer = {transfer: 1, name: 'a', bytes: 1, files: 1, mediaType: 'text/plain'}
    expect(of.shell.observe({event: 'offer', ...offer, from: carol})).toBe(false)
    expect(await of.submit('/whois carol')).toContain('is ignored here')
    await of.submit('/unignore carol')
    expect(shown(of)).toBe(true)
  })

  it('follow someone to another nick, and when they come back', async () => {
    const of = bench()
    await of.submit('/ignore carol')
    const eve = {id: 3, nick: 'eve'}
    of.conversation.emit({event: 'renamed', member: eve, was: 'carol', self: false})
    expect(shown(of, eve)).toBe(false)
    of.conversation.emit({event: 'left', member: eve, reason: 'quit'})
    of.conversation.emit({event: 'joined', member: {id: 9, nick: 'eve'}})
    expect(shown(of, {id: 9, nick: 'eve'})).toBe(false)
    expect(await of.submit('/ignore')).toBe('ignored: eve')
  })

  it('know whom they are about', async () => {
    const of = bench()
    expect(await of.submit('/ignore')).toBe('nobody is ignored')
    expect(await of.refuse('/ignore eve')).toMatchObject({code: 'unknown-member'})
    expect(await of.refuse('/unignore bob')).toMatchObject({message: 'bob is not ignored'})
  })
})

describe('/away and /back', () => {
  const whispers = (of: CommandBench, from = carol) => of.conversation.hear(from, 'are you there?', 'private')

  it('say so to all, and once to each who says something to oneself alone', async () => {
    const of = bench()
    await of.submit('/away lunch')
    whispers(of)
    whispers(of)
    whispers(of, bob)
    of.conversation.hear(carol, 'all of you')
    await of.submit('/back')
    whispers(of)
    expect(of.conversation.said).toEqual([
      {text: 'is away: lunch', kind: 'me'},
      {text: 'is back', kind: 'me'},
    ])
    expect(of.conversation.told).toEqual([
      {nick: 'carol', text: '(away: lunch)'},
      {nick: 'bob', text: '(away: lunch)'},
    ])
  })

  it('need no reason, and no more than one /back', async () => {
    const of = bench()
    await of.submit('/away')
    whispers(of)
    expect(of.conversation.told).toEqual([{nick: 'carol', text: '(away)'}])
    await of.submit('/back')
    expect(await of.submit('/back')).toBe('you are not away')
  })

  it('do not answer oneself, nor who is ignored', async () => {
    const of = bench()
    await of.submit('/ignore carol')
    await of.submit('/away')
    whispers(of, ana)
    whispers(of)
    expect(of.conversation.told).toEqual([])
  })
})

describe('/ping', () => {
  it('measures the way to someone, by default to the host', async () => {
    const of = bench()
    expect(await of.submit('/ping')).toBe('bob: 12 ms')
    expect(await of.submit('/ping carol')).toBe('carol: 12 ms')
  })

  it('of a host measures the way to everyone', async () => {
    const of = new CommandBench(new FakeRoom())
    of.conversation.others = [ana, carol]
    expect(await of.submit('/ping')).toBe('ana: 12 ms\ncarol: 12 ms')
    of.conversation.others = []
    expect(await of.submit('/ping')).toBe('nobody else is here')
  })

  it('tells why there is none', async () => {
    const of = bench()
    of.conversation.refusal = new ChatctlError('host-only', 'only the host reaches carol directly')
    expect(await of.refuse('/ping carol')).toBe(of.conversation.refusal)
  })
})

describe('/kick', () => {
  it('removes a member, by its whole name only', async () => {
    const of = new CommandBench(new FakeRoom())
    await of.submit('/kick ana')
    expect(of.conversation.kicked).toEqual(['ana'])
    expect(await of.refuse('/kic ana')).toMatchObject({code: 'unknown-command'})
  })

  it('is for the host', async () => {
    expect(await bench().refuse('/kick bob')).toMatchObject({code: 'host-only'})
  })
})
