import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {toClipboard} from '../../src/ui/clipboard.js'
import {draw} from '../helpers/terminal.js'

describe('text for the clipboard', () => {
  it('is one control string that draws nothing, whatever the text is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({unit: 'binary'}), async text => {
        const {rows, bells} = await draw(toClipboard(text))
        expect([rows.join(''), bells]).toEqual(['', 0])
      }),
      {numRuns: 30},
    )
  })

  it('is there in base64', () => {
    expect(toClipboard('é')).toBe('\u001b]52;c;w6k=\u001b\\')
  })
})
