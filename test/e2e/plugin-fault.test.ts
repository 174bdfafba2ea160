import {expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {linkPlugins, makePlugin} from '../helpers/make-plugin.js'

/** A host on a terminal, with a plug-in whose command `/bad` does this. */
async function hostWith(run: string) {
  const home = newHome()
  const script = `export default async ({chatctl}) => ({apiVersion: 1, commands: [
    chatctl.command({name: 'bad', summary: 'does it', run: () => { ${run} }}),
  ]})`
  linkPlugins(home, [{name: 'bad', root: makePlugin('bad', script)}])
  const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], {
    CHATCTL_CODE: code,
    CHATCTL_HOME: home,
  })
  const sees = (text: string | RegExp) => bob.until(output => output.search(text) >= 0)
  await sees('bob> ')
  bob.type('/bad\r')
  return {bob, sees}
}

it('what a plug-in throws in a timer takes nobody the screen', async () => {
  const {bob, sees} = await hostWith(`setTimeout(() => { throw new Error('later') })`)
  await sees('it failed by itself: later')
  bob.type('ill here\u0001st\r')
  await sees(/bob\S* +\S*still here/)
  // What a terminal that was given back makes of Ctrl-A.
  expect(bob.output).not.toContain('^A')
  bob.type('/quit\r')
  expect(await bob.exit).toBe(0)
  expect(bob.output).toContain('\u001b[?2004l')
})

it('what a plug-in does with the terminal is not done, and what it throws when the window changes ends nothing', async () => {
  const {bob, sees} = await hostWith(`
    process.stdout.write('\\u001b[2Jloud')
    console.error('\\u001b[2Jlouder')
    process.stdin.setRawMode?.(false)
    process.stdin.pause()
    process.stdout.on('resize', () => { throw new Error('resized') })
  `)
  await sees('plug-in bad: it prints, which is not shown: ')
  bob.resize(90, 25)
  await sees('plug-in bad: it failed by itself: resized')
  bob.type('ill here\u0001st\r')
  await sees(/bob\S* +\S*still here/)
  expect(bob.output).not.toContain('\u001b[2Jloud')
  expect(bob.output).not.toContain('louder')
  expect(bob.output).not.toContain('^A')
  bob.type('/quit\r')
  expect(await bob.exit).toBe(0)
})
