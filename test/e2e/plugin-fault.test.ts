import {expect, it} from 'vitest'
import {newHome} from '../helpers/device.js'
import {code} from '../helpers/live-chatctl.js'
import {startInTerminal} from '../helpers/live-terminal.js'
import {linkPlugins, makePlugin} from '../helpers/make-plugin.js'

const script = `export default async ({chatctl}) => ({apiVersion: 1, commands: [
  chatctl.command({name: 'bad', summary: 'does it', run: () => { setTimeout(() => { throw new Error('later') }) }}),
]})`

it('what a plug-in throws in a timer takes nobody the screen', async () => {
  const home = newHome()
  linkPlugins(home, [{name: 'bad', root: makePlugin('bad', script)}])
  const bob = startInTerminal(['host', '-p', '0', '--bind', '127.0.0.1', '--nick', 'bob'], {
    CHATCTL_CODE: code,
    CHATCTL_HOME: home,
  })
  const sees = (text: string | RegExp) => bob.until(output => output.search(text) >= 0)
  await sees('bob> ')
  bob.type('/bad\r')
  await sees('it failed by itself: later')
  bob.type('ill here\u0001st\r')
  await sees(/bob\S* +\S*still here/)
  // What a terminal that was given back makes of Ctrl-A.
  expect(bob.output).not.toContain('^A')
  bob.type('/quit\r')
  expect(await bob.exit).toBe(0)
  expect(bob.output).toContain('\u001b[?2004l')
})
