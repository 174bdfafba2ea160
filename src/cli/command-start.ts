import type {Interfaces} from '@oclif/core'
import type {Environment} from './streams.js'

/**
 * Returns what is typed before the name of each command where the command `id` was: `chatctl `, `npx chatctl `, or
 * `mycli chat ` where it is mounted.
 */
export function commandStartOf(
  {bin, topicSeparator}: Pick<Interfaces.Config, 'bin' | 'topicSeparator'>,
  env: Environment,
  id = '',
): string {
  const runner = env['npm_command'] === 'exec' ? 'npx ' : ''
  const topic = id.startsWith('chat:') ? `chat${topicSeparator}` : ''
  return `${runner}${bin} ${topic}`
}
