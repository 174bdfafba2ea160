import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {LiveChatctl, liveHost, liveMember} from '../helpers/live-chatctl.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

const right = '4831907265'
const wrong = '9173064825'

const debugging = (code: string) => ({env: {CHATCTL_CODE: code, DEBUG: '*'}})

function commandLineOf({pid}: LiveChatctl): string {
  const path = `/proc/${pid}/cmdline`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

describe('the code', () => {
  it('is on no command line, in no event, error or debug output, right or wrong, of host or guest', async () => {
    const {host, port} = await liveHost(['--json'], debugging(right))
    const guest = liveMember(port, ['--json'], debugging(right))
    await guest.event('connected')
    const guesser = liveMember(port, ['--json'], debugging(wrong))
    expect(await guesser.exit).toBe(4)

    const codeFile = join(temporaryDirectory(), 'code')
    writeFileSync(codeFile, `${right}\n`)
    const said = new LiveChatctl(['say', '--to', `127.0.0.1:${port}`, '--code-file', codeFile, 'hello'], {
      env: {DEBUG: '*'},
    })
    expect(await said.exit).toBe(0)
    await guest.event('message')

    const commandLines = [host, guest].map(commandLineOf)
    guest.type('/quit')
    await guest.exit
    host.type('/quit')
    await host.exit
    const everything = [host, guest, guesser, said].flatMap(({stdout, stderr}) => [stdout, stderr])
    for (const code of [right, wrong]) expect([...commandLines, ...everything].join('\n')).not.toContain(code)
  })
})
