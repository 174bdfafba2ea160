import {afterEach, describe, expect, it, vi} from 'vitest'
import {DeliveryView} from '../../src/cli/delivery-view.js'
import {report} from '../../src/cli/report.js'
import {resultJson} from '../../src/cli/result-json.js'
import {ChatctlError} from '../../src/errors/index.js'
import {plainLook} from '../../src/ui/look.js'
import {attacks, naughtyStrings} from '../helpers/hostile-text.js'
import {Recorder} from '../helpers/shell-streams.js'

const evils = [...Object.values(attacks), ...naughtyStrings]
/** What only moves within the line that is redrawn, and ends it. */
const own = ['\r\u001b[K', '\n']
const acting = /[^\P{C}\u200d\u{e0020}-\u{e007f}]|[\u2028\u2029]/u

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('one-shot commands', () => {
  it.each([true, false])('show nothing of a peer that a terminal acts on while files move, redrawn: %s', isRedrawn => {
    for (const evil of evils) {
      const stderr = Object.assign(new Recorder(), {columns: 5000})
      const view = new DeliveryView({stderr, isRedrawn, verbosity: 'verbose', now: () => 0, direction: 'receive'})
      const from = {id: 1, nick: evil}
      view.observe({event: 'offer', transfer: 1, from, name: evil, bytes: 3, files: 1, mediaType: evil})
      view.observe({event: 'progress', transfer: 1, direction: 'receive', bytes: 1, total: 3, rate: 1})
      view.observe({event: 'notice', code: 'x', message: evil})
      view.close()
      const shown = own.reduce((text, control) => text.replaceAll(control, ''), stderr.text)
      expect(shown, JSON.stringify(evil)).not.toMatch(acting)
      expect(stderr.lines()).toHaveLength(isRedrawn ? 1 : 2)
    }
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
