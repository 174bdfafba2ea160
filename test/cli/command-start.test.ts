import {describe, expect, it} from 'vitest'
import {commandStartOf} from '../../src/cli/command-start.js'

describe('what is typed before a command', () => {
  it.each<[string, ' ' | ':', Record<string, string>, string | undefined]>([
    ['chatctl ', ' ', {}, 'host'],
    ['npx chatctl ', ' ', {npm_command: 'exec'}, 'host'],
    ['chatctl ', ' ', {npm_command: 'run-script'}, undefined],
    ['chatctl chat ', ' ', {}, 'chat:peers:forget'],
    ['chatctl chat:', ':', {}, 'chat:host'],
  ])('is %j', (start, topicSeparator, env, id) => {
    expect(commandStartOf({bin: 'chatctl', topicSeparator}, env, id)).toBe(start)
  })
})
