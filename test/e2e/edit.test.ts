import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {code} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {temporaryDirectory} from '../helpers/temporary-directory.js'

/** An editor that shows what it is given, and takes one line in its place; Ctrl-C does not end it. */
const editorScript = `#!/bin/sh
trap 'echo INTERRUPTED' INT
echo "EDITING $(cat "$1")"
until read -r line; do :; done
printf '%s\\n' "$line" > "$1"
`

it.skipIf(process.platform === 'win32')(
  '/edit gives the terminal to $EDITOR, Ctrl-C too, and says what it wrote',
  async () => {
    const editor = join(temporaryDirectory(), 'editor')
    writeFileSync(editor, editorScript, {mode: 0o700})
    const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], {
      CHATCTL_CODE: code,
      VISUAL: editor,
    })
    const sees = (text: string | RegExp) => bob.until(output => output.search(text) >= 0)
    await sees('bob> ')
    bob.type('/edit half a thought\r')
    await sees('EDITING half a thought')
    bob.type('\u0003')
    await sees('INTERRUPTED')
    bob.type('a whole one\r')
    await sees(/bob\S* +\S*a whole one/)
    bob.type('/quit\r')
    expect(await bob.exit).toBe(0)
  },
)

it.skipIf(process.platform === 'win32')('whoever is ended during /edit says where the text is', async () => {
  const editor = join(temporaryDirectory(), 'editor')
  writeFileSync(editor, editorScript, {mode: 0o700})
  const env = {CHATCTL_CODE: code, VISUAL: editor, TMPDIR: temporaryDirectory()}
  const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], env)
  await bob.until(output => output.includes('bob> '))
  bob.type('/edit half a thought\r')
  await bob.until(output => output.includes('EDITING half a thought'))
  process.kill(bob.pid, 'SIGTERM')
  expect(await bob.exit).toBe(143)
  const [, path = ''] = /what the editor has saved is in (\S+)/.exec(bob.output) ?? []
  expect(readFileSync(path, 'utf8')).toBe('half a thought')
})

it.skipIf(process.platform === 'win32')('an editor that fails loses nothing that it has saved', async () => {
  const editor = join(temporaryDirectory(), 'editor')
  writeFileSync(editor, `#!/bin/sh\nprintf 'a whole one' > "$1"\nkill -9 $$\n`, {mode: 0o700})
  const env = {CHATCTL_CODE: code, VISUAL: editor, TMPDIR: temporaryDirectory()}
  const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], env)
  await bob.until(output => output.includes('bob> '))
  bob.type('/edit half a thought\r')
  const isTold = /the editor failed: nothing is sent[^]*What it has saved is in\s+(\S+message\.txt)/
  await bob.until(output => isTold.test(output))
  expect(readFileSync(isTold.exec(bob.output)?.[1] ?? '', 'utf8')).toBe('a whole one')
  bob.type('/quit\r')
  expect(await bob.exit).toBe(0)
})

it.skipIf(process.platform === 'win32')('an editor that leaves no file has written nothing', async () => {
  const editor = join(temporaryDirectory(), 'editor')
  writeFileSync(editor, '#!/bin/sh\nrm "$1"\n', {mode: 0o700})
  const env = {CHATCTL_CODE: code, VISUAL: editor}
  const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], env)
  await bob.until(output => output.includes('bob> '))
  bob.type('/edit half a thought\r')
  await bob.until(output => output.includes('nothing was written: nothing is sent'))
  bob.type('/quit\r')
  expect(await bob.exit).toBe(0)
})
