import assert from 'node:assert/strict'
import {parseAddress} from '../../src/cli/address.js'
import {toNick} from '../../src/cli/default-nick.js'
import {parseAction} from '../../src/repl/action.js'
import {GivenWords} from '../../src/repl/arguments.js'
import {slashCommands} from '../../src/repl/commands/index.js'
import {parseInput} from '../../src/repl/input.js'
import {LineSplitter} from '../../src/repl/line-splitter.js'
import {draftOf} from '../../src/repl/screen/draft.js'
import {layOut} from '../../src/repl/screen/input-rows.js'
import {rowColumns} from '../../src/repl/screen/row-text.js'
import {splitWords} from '../../src/repl/words.js'
import {isNick} from '../../src/protocol/nick.js'
import {canonicalCode} from '../../src/security/code.js'
import {parseBytes, parseRate} from '../../src/ui/parse-bytes.js'
import {asText, Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

const lines = [
  ...['hello', '/file "a b" --to ana', '//text', 'quit()', '/msg ana hi', '/get 1 new name', "/cd 'x", '/ls \\ a', '/'],
  ...[
    '{"say":"x","to":"a"}',
    '{"get":1,"as":"b"}',
    '{"quit":true}',
    '{',
    'legal-zoo-abandon',
    '0123456789',
    'LEGA zoo aband',
  ],
  ...[
    '[::1]:5000',
    '192.168.1.5:70000',
    'fe80::1%eth0',
    'host:',
    '4.2 MB/s',
    '2Gi',
    '1e3',
    '😀\u200d',
    '\ufdd0',
    '\r\n',
  ],
]

/** Whatever is typed, or piped in, is read as something or refused in words of ours. */
export const input: FuzzTarget = {
  name: 'input',
  seeds: lines.map(asText),
  dictionary: lines.map(line => Buffer.from(line)),
  run(bytes) {
    const text = new Choices(bytes).text()
    const {kind, ...read} = parseInput(text)
    if ('name' in read) assert.ok(!/\s/.test(read.name))
    if ('text' in read) assert.ok(text.endsWith(read.text))
    const words = splitWords(text)
    for (const command of slashCommands) assert.ok(new GivenWords(command, text).problem !== '')
    const action = outcomeOf(() => parseAction(text), 'bad-argument')
    const address = outcomeOf(() => parseAddress(text), 'bad-argument')
    // Looking for the nearest words takes longer than all the rest.
    const code = text.length % 32 === 0 ? outcomeOf(() => canonicalCode(text), 'bad-code') : {}
    requireRange(parseBytes(text))
    requireRange(parseRate(text))
    assert.ok(isNick(toNick(text)), 'a login name makes a nick')
    requireView(text, bytes.length)
    requireSplit(Buffer.from(text))
    const [isAction, isAddress, isCode] = [action, address, code].map(outcome => 'value' in outcome)
    return `${kind} ${Math.min(words?.length ?? -1, 3)} ${isAction} ${isAddress} ${isCode}`
  },
}

function requireRange(bytes: number | undefined): void {
  assert.ok(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 1))
}

function requireView(text: string, cursorIndex: number): void {
  const prompt = {text: 'ana> ', style: (prompt: string) => prompt}
  const {rows, cursor} = layOut(draftOf(text, cursorIndex), prompt, {columns: 40, maxRows: 5})
  assert.ok(rows.length <= 5 && rows.every(row => rowColumns(row) <= 40))
  assert.ok(cursor.row >= 0 && cursor.row < rows.length && cursor.column <= 40)
}

/** The same lines however the bytes are cut. */
function requireSplit(bytes: Buffer): void {
  const split = (pieces: Buffer[]) => {
    const splitter = new LineSplitter(100)
    return [...pieces.flatMap(piece => [...splitter.push(piece)]), ...splitter.end()]
  }
  assert.deepEqual(split(Array.from(bytes, byte => Buffer.of(byte))), split([bytes]))
}
