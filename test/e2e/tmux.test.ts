import {randomBytes} from 'node:crypto'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {chatctl} from '../helpers/live-terminal.js'
import {hasTmux, Tmux, type TmuxPane} from '../helpers/tmux.js'

const promptsOf = (pane: TmuxPane): string[] => pane.rows().filter(row => row.startsWith('ana>'))

it.skipIf(!hasTmux)(
  'two people in tmux meet, talk, move a file, suspend, resize and are killed, and no line is lost',
  async () => {
    const tmux = new Tmux()
    const [bob, ana] = [tmux.open('bob'), tmux.open('ana')]
    bob.type(`sh -c 'echo $$ > pid; exec ${chatctl} host -p 0 --bind 127.0.0.1 --nick bob'\r`)
    const first = await bob.until(picture => picture.includes('closes the room'))
    const [, port, code] = /^ +chatctl join .* -p (\d+)\n[^]*^Code: {2}(\w+-\w+-\w+) /m.exec(first)!
    expect(first).toContain(`On the other computer:\n\n    chatctl join -h 127.0.0.1 -p ${port}\n`)

    ana.type(`${chatctl} join -h 127.0.0.1 -p ${port} --nick ana\r`)
    await ana.until(picture => picture.includes('Code from the host:'))
    ana.type(`${code!.toUpperCase().replaceAll('-', ' ')}\r`)
    expect(await ana.until(picture => picture.includes('lists the commands.'))).toContain(
      'connected to bob (127.0.0.1)   encrypted',
    )
    ana.type('good morning 早上好\r')
    await bob.until(picture => /^\d\d:\d\d ana +good morning 早上好$/m.test(picture))

    writeFileSync(join(ana.cwd, 'big.tar'), randomBytes(3_000_000))
    ana.type('/bwlimit 500K\r/file big.tar\r')
    await bob.until(picture => picture.includes('big.tar'))
    bob.type('/get 1\r')
    ana.type('typing 输入')
    await ana.until(picture => /^\^ big\.tar.*%.*\nana> typing 输入$/m.test(picture))
    await bob.until(picture => /^v big\.tar.*%.*\nbob>$/m.test(picture))

    ana.resize(40, 20)
    ana.resize(20, 20)
    ana.resize(100, 30)
    ana.type('!')
    await ana.until(picture => picture.includes('ana> typing 输入!') && picture.includes('sent big.tar'))
    await bob.until(picture => picture.includes('received '))
    expect(promptsOf(ana)).toEqual(['ana> typing 输入!'])

    ana.type('\u001a')
    await ana.until(picture => picture.trimEnd().endsWith('shell$'))
    expect(promptsOf(ana)).toEqual([])
    ana.type('fg\r')
    await ana.until(picture => picture.trimEnd().endsWith('\nana> typing 输入!'))

    process.kill(Number(readFileSync(join(bob.cwd, 'pid'), 'utf8')), 'SIGKILL')
    await ana.until(picture => picture.includes('bob is gone'))
    expect(promptsOf(ana)).toEqual(['ana> typing 输入!'])
    ana.type('\r')
    await ana.until(picture => picture.includes('\n… typing 输入!\nana>'))
    ana.type('/quit\r\u0004')
    expect(await ana.until(picture => picture.trimEnd().endsWith('shell$'))).toContain('\nnot sent: typing 输入!\n')
    expect(promptsOf(ana)).toEqual([])
  },
)
