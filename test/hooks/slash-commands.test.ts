import type {Hook} from '@oclif/core/hooks'
import type {PluginContribution} from '../../src/index.js'
import {expect, it} from 'vitest'
import {pluginKit} from '../../src/repl/plugin.js'

const hook: Hook<'chatctl:slash-commands'> = ({chatctl}) =>
  Promise.resolve({
    apiVersion: 1,
    commands: [
      chatctl.command({
        name: 'roll',
        summary: 'rolls a die',
        args: {sides: chatctl.integer({default: 6})},
        run: ({print}, {args}) => print(String(args.sides + 1)),
      }),
    ],
  })

// @ts-expect-error there is no such version
const another: Hook<'chatctl:slash-commands'> = () => Promise.resolve({apiVersion: 2})

const misspelt: Hook<'chatctl:slash-commands'> = async (): Promise<PluginContribution> => ({
  apiVersion: 1,
  // @ts-expect-error nothing of a plug-in is called that
  comands: await Promise.resolve([]),
})

const wrong: Hook<'chatctl:slash-commands'> = ({chatctl}) =>
  Promise.resolve({
    apiVersion: 1,
    commands: [
      // @ts-expect-error a command does something
      chatctl.command({name: 'a', summary: 'lacks run'}),
      // @ts-expect-error there is no such field
      chatctl.command({name: 'b', summary: 'has too much', colour: 'red', run: () => undefined}),
      chatctl.command({
        name: 'c',
        summary: 'reads what is not there',
        args: {sides: chatctl.integer({required: true})},
        // @ts-expect-error there is no such argument
        run: ({print}, {args}) => print(args.size), // eslint-disable-line @typescript-eslint/no-unsafe-argument
      }),
      chatctl.command({
        name: 'd',
        summary: 'takes a number for text',
        args: {sides: chatctl.integer({required: true})},
        // @ts-expect-error what is printed is text
        run: ({print}, {args}) => print(args.sides),
      }),
      chatctl.command({
        name: 'e',
        summary: 'forgets that it may be missing',
        args: {nick: chatctl.member()},
        // @ts-expect-error nobody may have been named
        run: ({tell}, {args}) => tell(args.nick, 'hello'),
      }),
      chatctl.command({
        name: 'g',
        summary: 'misspells what it says of its arguments',
        args: {
          // @ts-expect-error no terms are called that
          sides: chatctl.integer({defualt: 6}),
          // @ts-expect-error no terms are called that
          nick: chatctl.member({requird: true}),
          // @ts-expect-error no terms are called that
          colour: chatctl.option(['red', 'blue'], {defalut: 'red'}),
        },
        run: () => undefined,
      }),
      // @ts-expect-error an event loop is nobody's user
      chatctl.command({name: 'f', summary: 'is for whom', user: 'root', run: () => undefined}),
    ],
  })

it('the hook of a plug-in is typed, so that a wrong field is an error where it is written', () => {
  expect([hook, another, misspelt, wrong].every(one => typeof one === 'function')).toBe(true)
  expect(pluginKit.apiVersion).toBe(1)
})
