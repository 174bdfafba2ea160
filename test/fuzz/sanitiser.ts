import assert from 'node:assert/strict'
import {jsonLine} from '../../src/ui/json-line.js'
import {concealed, sanitiseBlock, sanitiseLine} from '../../src/ui/sanitise.js'
import {asText, Choices} from './choices.js'
import type {FuzzTarget} from './target.js'

const pieces = [
  ...['\u001b[2J', '\u001b]0;x\u0007', '\u009b31m', '\u001bP$q\u001b\\', '\r', '\b', '\n', '\r\n', '\t', '\u0085'],
  ...[
    '\u202e',
    '\u2066',
    '\u200d',
    '\u200c',
    '\ufe0f',
    '😀',
    '👩‍💻',
    '🏴\u{e0067}\u{e007f}',
    '1\ufe0f\u20e3',
    '\u0301',
    '🏽',
  ],
  ...['می\u200cخ', '\ud800', '\udc00', '\u3164', '\u115f', '\u1161', '\u2028', '\ufeff', '\u{e0001}', '⏎', '\\u{1b}'],
]

// ZWJ, ZWNJ, selectors and tags stay inside emoji and between joining letters only; the unit tests say where.
const never = new RegExp(String.raw`(?![\u200c\u200d\ufe0e\ufe0f]|[\u{e0020}-\u{e007f}])${concealed}`, 'u')
const anywhere = new RegExp(concealed, 'u')

/** Any text becomes one line that moves no cursor; what is safe already stays as it is. */
export const sanitiser: FuzzTarget = {
  name: 'sanitiser',
  seeds: pieces.map(asText),
  dictionary: pieces.flatMap(piece => [Buffer.from(piece), Buffer.from(piece, 'utf16le')]),
  run(bytes) {
    const text = new Choices(bytes).text()
    const [line, block] = [sanitiseLine(text), sanitiseBlock(text)]
    assert.doesNotMatch(line, never)
    assert.equal(sanitiseLine(line), line)
    assert.equal(block.replaceAll('\n', '⏎'), line)
    requireJson(text)
    return `${line === text} ${line.includes('\\u{')} ${line.includes('⏎')} ${line.includes('◌')}`
  },
}

function requireJson(text: string): void {
  const json = jsonLine({text})
  assert.deepEqual(JSON.parse(json), {text})
  assert.doesNotMatch(json, anywhere)
}
