import {expect, it} from 'vitest'
import {catalogue} from '../../src/errors/index.js'
import {runShell} from '../../src/repl/run-shell.js'
import type {ShellIo} from '../../src/repl/shell-io.js'
import {FakeConversation} from '../helpers/fake-conversation.js'
import {createIo} from '../helpers/shell-streams.js'

const failed = ['#2 b.txt failed: the disk is full', `  ${catalogue['disk-full'].hint}`]

it.each<[ShellIo['verbosity'] & string, string[]]>([
  ['quiet', failed],
  ['normal', ['carol joined', ...failed, 'you left']],
  ['verbose', ['carol joined', '#1  1.0/2.0 kB  512 B/s', ...failed, 'you left']],
])('line mode that is %s tells %j', async (verbosity, lines) => {
  const [conversation, io] = [new FakeConversation(), createIo('line', {verbosity})]
  const exitCode = runShell(conversation, io)
  conversation.emit({event: 'joined', member: {id: 3, nick: 'carol'}})
  conversation.emit({event: 'progress', transfer: 1, direction: 'send', bytes: 1000, total: 2000, rate: 512})
  conversation.emit({
    event: 'failed',
    transfer: 2,
    name: 'b.txt',
    code: 'disk-full',
    message: 'the disk is full',
    by: 'peer',
  })
  io.stdin.end()
  await exitCode
  expect(io.stderr.lines()).toEqual(lines)
})
