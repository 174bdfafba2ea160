import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {fileLink} from '../../src/ui/file-link.js'
import {draw} from '../helpers/terminal.js'

const [open, end] = ['\u001b]8;;', '\u001b\\']

describe('a link to a file', () => {
  it('names the computer, and encodes the path', () => {
    expect(fileLink('a b.txt', '/home/ana/a b;é#?%.txt', 'box')).toBe(
      '\u001b]8;;file://box/home/ana/a%20b;%C3%A9%23%3F%25.txt\u001b\\a b.txt\u001b]8;;\u001b\\',
    )
  })

  it('is not left by any name, nor by any name of a computer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), async (name, hostname) => {
        const link = fileLink('text', `/in/${name}`, hostname)
        const [url = ''] = link.slice(open.length).split(`${end}text${open}${end}`)
        expect(link).toBe(`${open}${url}${end}text${open}${end}`)
        expect(url).toMatch(/^file:\/\/[!-~]*\/in[!-~]*$/)
        expect((await draw(link)).rows[0]).toBe('text')
      }),
    )
  })

  it.each(['\u001b\\\u001b[2J', '\u0007', '\u009c', '\u001b]52;c;eA==\u0007', '\n'])('holds %j', async evil => {
    const {rows, bells} = await draw(fileLink('text', `/in/${evil}`, 'box'))
    expect([rows.filter(row => row !== ''), bells]).toEqual([['text'], 0])
  })
})
