import {describe, expect, it} from 'vitest'
import {ChatctlError} from '../../../src/errors/index.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {bob, FakeConversation, FakeRoom} from '../../helpers/fake-conversation.js'

describe('/me', () => {
  it('says what one does', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('/me waves  twice')
    expect(bench.conversation.said).toEqual([{text: 'waves  twice', kind: 'me'}])
  })

  it('needs something to say', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse('/me  ')).toMatchObject({suggestions: ['Usage: /me TEXT']})
  })

  it('is held to the limit of a message', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse(`/me ${'x'.repeat(65_537)}`)).toMatchObject({code: 'message-too-long'})
    expect(bench.conversation.said).toEqual([])
  })
})

describe('/msg', () => {
  it.each(['/msg bob one  two', '/dm bob one  two'])('tells one member alone: %s', async line => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit(line)
    expect(bench.conversation.told).toEqual([{nick: 'bob', text: 'one  two'}])
  })

  it('needs a nick and a text', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse('/msg bob ')).toMatchObject({suggestions: ['Usage: /msg NICK TEXT']})
    expect(await bench.refuse('/msg')).toMatchObject({code: 'bad-argument'})
  })

  it('passes on why it could not be told', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.conversation.refusal = new ChatctlError('unknown-member', 'nobody here is called eve')
    expect(await bench.refuse('/msg eve hi')).toBe(bench.conversation.refusal)
  })
})

describe('/reply', () => {
  it.each(['/reply yes  indeed', '/r yes  indeed'])('answers who said something to oneself alone: %s', async line => {
    const bench = new CommandBench(new FakeConversation())
    bench.conversation.hear(bob, 'psst', 'private')
    bench.conversation.hear({id: 3, nick: 'carol'}, 'aloud')
    bench.conversation.emit({event: 'renamed', member: {...bob, nick: 'robert'}, was: 'bob', self: false})
    await bench.submit(line)
    expect(bench.conversation.told).toEqual([{nick: 'robert', text: 'yes  indeed'}])
  })

  it('needs someone to answer', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('/msg bob hello')
    expect(await bench.refuse('/reply yes')).toMatchObject({code: 'no-recipient'})
  })
})

describe('/paste', () => {
  it('makes one message of lines, whatever they begin with', async () => {
    const bench = new CommandBench(new FakeConversation())
    for (const line of ['/paste', 'one', '/quit', '', ' two', '.', 'after']) await bench.submit(line)
    expect(bench.conversation.said.map(({text}) => text)).toEqual(['one\n/quit\n\n two', 'after'])
    expect(bench.conversation.leaves).toBe(0)
  })

  it('refuses more than a message holds, and keeps nothing of it', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('/paste')
    await bench.submit('x'.repeat(65_536))
    expect(await bench.refuse('y')).toMatchObject({code: 'message-too-long'})
    await bench.submit('z')
    expect(bench.conversation.said.map(({text}) => text)).toEqual(['z'])
  })

  it('that nothing ends is told', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.shell.submit('/paste')
    await bench.shell.submit('lost')
    bench.shell.endInput()
    expect(bench.failures).toMatchObject([{message: '/paste was not ended: 1 lines were not sent'}])
  })
})

describe('/edit', () => {
  it('says what a person has written', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.edits = text => `${text}\nand more\n`
    await bench.submit('/edit Dear all,')
    expect(bench.conversation.said).toEqual([{text: 'Dear all,\nand more', kind: 'say'}])
  })

  it('shows what was written where it cannot be said, for it is nowhere else any more', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.edits = () => 'x'.repeat(65_537)
    expect(await bench.refuse('/edit')).toMatchObject({code: 'message-too-long'})
    expect(bench.printed.at(-1)).toBe(`this was not sent:\n${'x'.repeat(65_537)}`)
    expect(bench.conversation.said).toEqual([])
  })

  it('says nothing when nothing was written', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.submit('/edit')).toBe('nothing was written: nothing is sent')
    expect(bench.conversation.said).toEqual([])
  })
})

describe('/nick', () => {
  it('takes another nick', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('/nick anna')
    expect(bench.conversation.me.nick).toBe('anna')
  })

  it('takes one word', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse('/nick')).toMatchObject({suggestions: ['Usage: /nick NAME']})
    expect(await bench.refuse('/nick anna bella')).toMatchObject({code: 'bad-argument'})
  })
})

describe('/who', () => {
  it('lists everyone, oneself first, with the host marked', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.conversation.others = [bob, {id: 3, nick: 'carol'}]
    expect(await bench.submit('/who')).toBe('3 here: ana (you), bob (host), carol')
    expect(await new CommandBench(new FakeRoom()).submit('/names')).toBe('2 here: bob (you, host), ana')
  })

  it('prints no nick that a terminal would act on', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.conversation.others = [{id: 3, nick: '\u001b[2Jeve'}]
    expect(await bench.submit('/who')).toBe('2 here: ana (you), \\u{1b}[2Jeve')
  })

  it('is one line, so that no nick can forge another', async () => {
    const bench = new CommandBench(new FakeConversation())
    bench.conversation.others = [{id: 3, nick: 'eve\nbob: pay her'}]
    expect(await bench.submit('/who')).toBe('2 here: ana (you), eve⏎bob: pay her')
  })
})

describe('/invite', () => {
  it.each([
    ['/invite', null],
    ['/invite 3', 3],
    ['/code 1', 1],
  ])('makes a new code: %s', async (line, uses) => {
    const bench = new CommandBench(new FakeRoom())
    const invites: unknown[] = []
    bench.conversation.subscribe(event => invites.push(event))
    await bench.submit(line)
    expect(invites).toEqual([{event: 'invite', code: 'able-baker-cabin', uses}])
  })

  it('is for the host', async () => {
    expect(await new CommandBench(new FakeConversation()).refuse('/invite')).toMatchObject({code: 'host-only'})
  })

  it('counts guests from one', async () => {
    const bench = new CommandBench(new FakeRoom())
    for (const rest of ['0', '-1', 'two', '1 2'])
      expect(await bench.refuse(`/invite ${rest}`)).toMatchObject({code: 'bad-argument'})
  })
})

describe('a message', () => {
  it('goes to the room as it is', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit(' spaces  stay ')
    await bench.submit('//shrug')
    expect(bench.conversation.said.map(({text}) => text)).toEqual([' spaces  stay ', '/shrug'])
  })

  it('is never made of an unknown command', async () => {
    const bench = new CommandBench(new FakeConversation())
    expect(await bench.refuse('/shurg')).toMatchObject({code: 'unknown-command'})
    expect(bench.conversation.said).toEqual([])
  })

  it('may follow another before the room has that, 64 at once', async () => {
    const bench = new CommandBench(new FakeConversation())
    let give!: () => void
    bench.conversation.delay = new Promise(resolve => (give = resolve))
    let taken = 0
    const typing = (async () => {
      for (; taken < 100; taken++) await bench.shell.submit(`line ${taken}`)
    })()
    await new Promise(resolve => setImmediate(resolve))
    expect(bench.conversation.said).toHaveLength(64)
    give()
    await typing
    expect(bench.conversation.said.map(({text}) => text)).toEqual(Array.from({length: 100}, (_, i) => `line ${i}`))
  })

  it('of 65,536 bytes goes, a longer one is refused', async () => {
    const bench = new CommandBench(new FakeConversation())
    await bench.submit('é'.repeat(32_768))
    expect(await bench.refuse(`${'é'.repeat(32_768)}x`)).toMatchObject({code: 'message-too-long'})
    expect(bench.conversation.said).toHaveLength(1)
  })

  it('is shown by whoever hears it, and not by the shell itself', async () => {
    expect(await new CommandBench(new FakeConversation()).submit('hello')).toBe('')
  })
})
