import {describe, expect, it} from 'vitest'
import {toClipboard} from '../../../src/ui/clipboard.js'
import {plainLook} from '../../../src/ui/look.js'
import {CommandBench} from '../../helpers/command-bench.js'
import {FakeConversation, FakeRoom} from '../../helpers/fake-conversation.js'
import {colourfulLook} from '../../helpers/shell-streams.js'

const line = 'npx chatctl join -h 192.168.1.23'

describe('/copy', () => {
  it('puts the join line into the clipboard, and says so where the terminal is known to take it', async () => {
    const bench = new CommandBench(new FakeRoom(), {look: {stdout: colourfulLook, stderr: plainLook}})
    expect(await bench.submit('/copy')).toBe(`copied: ${line}`)
    expect(bench.io.stdout.text).toBe(toClipboard(line))
  })

  it('shows the line, and says that it may not have been taken, elsewhere', async () => {
    const bench = new CommandBench(new FakeRoom())
    expect(await bench.submit('/copy')).toMatch(new RegExp(`^${line}\n  It was sent to the clipboard, but`))
    expect(bench.io.stdout.text).toBe(toClipboard(line))
  })

  it('is for the host', async () => {
    expect((await new CommandBench(new FakeConversation()).refuse('/copy')).code).toBe('host-only')
  })
})

describe('/qr', () => {
  it('shows a code for a camera', async () => {
    const rows = (await new CommandBench(new FakeRoom()).submit('/qr')).split('\n')
    expect(rows.length).toBeGreaterThan(12)
    for (const row of rows) expect(row).toMatch(/^[ ▀▄█]{29,}$/)
  })

  it('says what it would say in a window that is too narrow', async () => {
    const bench = new CommandBench(new FakeRoom())
    bench.io.stdout.columns = 20
    expect(await bench.submit('/qr')).toBe(
      `the window is too narrow for a QR code; this is what it says:\n${line}\nlegal-zoo-abandon`,
    )
  })
})
