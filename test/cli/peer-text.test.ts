import {afterEach, describe, expect, it, vi} from 'vitest'
import {DeliveryView} from '../../src/cli/delivery-view.js'
import {report} from '../../src/cli/report.js'
import {resultJson} from '../../src/cli/result-json.js'
import {ChatctlError} from '../../src/errors/index.js'
import {plainLook} from '../../src/ui/look.js'
import {FakeClock} from '../helpers/fake-clock.js'
import {attacks, naughtyStrings} from '../helpers/hostile-text.js'
import {Recorder} from '../helpers/shell-streams.js'

const evils = [...Object.values(attacks), ...naughtyStrings]
const acting = /[^\P{C}\u200d\u{e0020}-\u{e007f}]|[\u2028\u2029]/u

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('one-shot commands', () => {
  it.each([true, false])('show nothing of a peer that a terminal acts on while files move, redrawn: %s', isRedrawn => {
    const acts = (text: string): string[] => text.match(new RegExp(acting, 'gu')) ?? []
    const expected = acts(shownOf('harmless', isRedrawn))
    for (const evil of evils) expect(acts(shownOf(evil, isRedrawn)), JSON.stringify(evil)).toEqual(expected)
  })

  it('end in one line of JSON, whatever is in it', () => {
    for (const evil of evils) {
      const json = resultJson({peer: evil, files: [{name: evil}]}, new ChatctlError('declined', evil, {hint: evil}))
      expect(json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u)
      expect(JSON.parse(json)).toMatchObject({peer: evil, error: {message: evil, suggestions: [evil]}})
    }
  })

  it.each(['', 'chatctl*'])('report an error, with DEBUG=%j, without anything to act on', async debug => {
    vi.stubEnv('DEBUG', debug)
    let written = ''
    const write = (text: string, done: () => void): boolean => {
      written += text
      done()
      return true
    }
    vi.spyOn(process.stderr, 'write').mockImplementation(write as typeof process.stderr.write)
    for (const evil of evils)
      await report(new ChatctlError('refused', evil, {hint: evil, cause: new SyntaxError(evil)}), plainLook)
    expect(written.replaceAll('\n', '')).not.toMatch(acting)
    expect(written.includes('SyntaxError')).toBe(debug !== '')
  })
})

/** What is shown of a delivery in which a peer says `text` wherever it can. */
function shownOf(text: string, isRedrawn: boolean): string {
  const stderr = Object.assign(new Recorder(), {columns: 5000})
  const [clock, fit] = [new FakeClock(), (shown: string): string => shown]
  const view = new DeliveryView({stderr, isRedrawn, verbosity: 'verbose', clock, fit, direction: 'receive'})
  const from = {id: 1, nick: text}
  view.observe({event: 'offer', transfer: 1, from, name: text, bytes: 3, files: 1, mediaType: text})
  view.observe({event: 'progress', transfer: 1, direction: 'receive', bytes: 1, total: 3, rate: 1})
  view.observe({event: 'notice', code: 'x', message: text})
  view.close()
  // Where a row has more than ASCII, it says at which column it goes on.
  return stderr.text.replaceAll(/\p{Cc}\[\d+G(\p{Cc}\[K)?/gu, '')
}
