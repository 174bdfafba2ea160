import {describe, expect, it} from 'vitest'
import {slashCommands} from '../../src/repl/commands/index.js'
import {CommandRegistry} from '../../src/repl/registry.js'

describe('the registry of slash commands', () => {
  const registry = new CommandRegistry(slashCommands)

  it.each([
    ['help', 'help'],
    ['?', 'help'],
    ['q', 'quit'],
    ['exit', 'quit'],
    ['names', 'who'],
    ['dm', 'msg'],
    ['code', 'invite'],
    ['send', 'file'],
    ['accept', 'get'],
  ])('knows /%s as /%s', (word, name) => {
    expect(registry.find(word).name).toBe(name)
  })

  it('takes the beginning of a name that no other has', () => {
    expect(registry.find('off').name).toBe('offers')
    expect(registry.find('bw').name).toBe('bwlimit')
  })

  it.each([
    ['qui', 'quit'],
    ['dec', 'decline'],
    ['can', 'cancel'],
    ['forg', 'forget'],
  ])('takes /%s not for /%s, which cannot be undone', (word, name) => {
    expect(() => registry.find(word)).toThrow(
      expect.objectContaining({
        code: 'unknown-command',
        suggestions: [expect.stringContaining(`/${name} cannot be undone: write it whole.`)],
      }),
    )
    expect(registry.find(name).name).toBe(name)
    expect(registry.explained(word).name).toBe(name)
  })

  it('names the choices for the beginning of several', () => {
    expect(() => registry.find('c')).toThrow(
      expect.objectContaining({
        code: 'unknown-command',
        suggestions: [expect.stringMatching(/\/clear.*\/invite.*\/cd begin like that/)],
      }),
    )
  })

  it('answers an unknown name with the nearest', () => {
    expect(() => registry.find('hlep')).toThrow(
      expect.objectContaining({
        message: 'there is no /hlep; nothing was sent',
        suggestions: [expect.stringContaining('Did you mean /help?')],
      }),
    )
  })

  it('answers a name like no other with how to see all', () => {
    expect(() => registry.find('xyzzy')).toThrow(
      expect.objectContaining({suggestions: [expect.stringMatching(/^`\/help` lists/)]}),
    )
    expect(() => registry.find('')).toThrow(expect.objectContaining({code: 'unknown-command'}))
  })

  it('takes no name twice', () => {
    expect(() => new CommandRegistry([...slashCommands, ...slashCommands])).toThrow('two slash commands')
  })

  it('is not fooled by names of Object.prototype', () => {
    for (const word of ['constructor', '__proto__', 'tostring'])
      expect(() => registry.find(word)).toThrow('there is no')
  })
})
