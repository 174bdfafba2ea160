import assert from 'node:assert/strict'
import {posix, win32} from 'node:path'
import {maxNameBytes, numberName} from '../../src/transfer/part/file-name.js'
import {toSafeName} from '../../src/transfer/part/safe-name.js'
import {asText, Choices} from './choices.js'
import {outcomeOf} from './expected.js'
import type {FuzzTarget} from './target.js'

const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i
const hostile = [
  ...['../../etc/passwd', '..', '.', '...', 'a/b', 'a\\b', 'C:\\x', '\\\\?\\C:\\x', 'CON', 'nul.txt', 'COM¹', 'a:b'],
  ...['.bashrc', 'x.', 'x ', '\u0000', '\u202egpj', '\ud800', 'é', 'e\u0301', '語'.repeat(85), 'a.tar.gz', '\u2028'],
]

/** Any name is refused, or becomes that of a file right in the directory, which the system can hold. */
export const safePath: FuzzTarget = {
  name: 'safe-path',
  seeds: hostile.flatMap(name => [0, 1, 2].map(first => Buffer.concat([Buffer.of(first, first % 2), asText(name)]))),
  dictionary: hostile.flatMap(name => [Buffer.from(name), Buffer.from(name, 'utf16le')]),
  run(bytes) {
    const choices = new Choices(bytes)
    const platform = choices.pick(['linux', 'darwin', 'win32'] as const)
    const prefix = choices.pick(['', 'new_'] as const)
    const sent = choices.text()
    const outcome = outcomeOf(() => toSafeName(sent, {prefix, platform}), 'unsafe-name')
    if ('code' in outcome) return `${platform} ${outcome.code}`
    const {name, isAltered} = outcome.value
    for (const each of [name, numberName(name, 2), numberName(name, 9999)]) requireSafe(each, platform)
    assert.equal(isAltered, name !== prefix + sent)
    return `${platform} ${isAltered ? 'altered' : 'kept'}`
  },
}

function requireSafe(name: string, platform: 'linux' | 'darwin' | 'win32'): void {
  const path = platform === 'win32' ? win32 : posix
  for (const directory of ['/in', '/in/a b', '.', '/']) {
    assert.equal(path.basename(path.join(directory, name)), name)
    assert.equal(path.resolve(directory, name), path.join(path.resolve(directory), name))
    assert.equal(path.dirname(path.resolve(directory, name)), path.resolve(directory))
  }
  assert.ok(!name.startsWith('.'), 'hidden')
  assert.ok(Buffer.byteLength(name) <= maxNameBytes && name.length > 0, 'its length')
  assert.ok(name.isWellFormed() && !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}/\\]/u.test(name), 'its characters')
  if (platform === 'win32') assert.ok(!/[<>:"|?*]|[. ]$/.test(name) && !device.test(name), 'on Windows')
}
