import {describe, expect, it} from 'vitest'
import type {CommandContext} from '../../src/repl/context.js'
import {readNothing} from '../../src/repl/arguments.js'
import {defineSlashCommand} from '../../src/repl/slash-command.js'
import {FakeConversation, FakeRoom} from '../helpers/fake-conversation.js'

const contextOf = (conversation: FakeConversation) => ({conversation}) as unknown as CommandContext

describe('a slash command', () => {
  it('gets what its own parse has read, and never its name', async () => {
    const seen: unknown[] = []
    const add = defineSlashCommand({
      name: 'add',
      group: 'core',
      summary: 'adds',
      user: 'anyone',
      parse: rest => ({numbers: rest.split(' ').map(Number)}),
      run: (_context, {numbers}) => void seen.push(numbers),
    })
    await add.execute(contextOf(new FakeConversation()), '1 2')
    expect(seen).toEqual([[1, 2]])
  })

  it('answers what it does not understand with its usage', async () => {
    const strict = defineSlashCommand({
      name: 'strict',
      group: 'core',
      summary: 'takes a thing',
      usage: 'THING',
      user: 'anyone',
      parse: () => undefined,
      run: () => undefined,
    })
    await expect(strict.execute(contextOf(new FakeConversation()), 'x')).rejects.toMatchObject({
      code: 'bad-argument',
      message: '/strict does not understand this',
      suggestions: ['Usage: /strict THING'],
    })
  })

  it('of the host gets the room, and is refused to anyone else', async () => {
    const ports: number[] = []
    const port = defineSlashCommand({
      name: 'port',
      group: 'host',
      summary: 'tells the port',
      user: 'host',
      parse: readNothing,
      run: ({room}) => void ports.push(room.port),
    })
    await port.execute(contextOf(new FakeRoom()), '')
    expect(ports).toEqual([5000])
    await expect(port.execute(contextOf(new FakeConversation()), '')).rejects.toMatchObject({code: 'host-only'})
  })
})
