import {Readable} from 'node:stream'
import {describe, expect, it} from 'vitest'
import {messagesOf} from '../../src/cli/messages-of.js'

async function messages(...chunks: (string | Buffer)[]): Promise<string[]> {
  const found: string[] = []
  for await (const message of messagesOf(Readable.from(chunks))) found.push(message)
  return found
}

describe('a stream of messages', () => {
  it('has one a line, however its bytes are cut, and none for a blank line', async () => {
    expect(await messages('on', 'e\n\n  \ntw', 'o\r\n', Buffer.from('három'))).toEqual(['one', 'two', 'három'])
  })

  it('keeps a line as it is', async () => {
    expect(await messages('  /quit  \n//x\n')).toEqual(['  /quit  ', '//x'])
  })

  it('holds messages of up to 65,536 bytes', async () => {
    const longest = 'x'.repeat(65_536)
    expect(await messages(`${longest}\r\n`)).toEqual([longest])
    await expect(messages('x'.repeat(65_538), '\n')).rejects.toMatchObject({code: 'message-too-long', exitCode: 2})
  })

  it('refuses what is not UTF-8', async () => {
    await expect(messages(Buffer.from([0x61, 0xff, 0x0a]))).rejects.toMatchObject({code: 'bad-argument', exitCode: 2})
  })
})
