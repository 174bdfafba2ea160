import {pollCommand} from './poll.js'
import {rollCommand} from './roll.js'

/** The hook: what this plug-in adds to a room. */
export default async function ({chatctl}) {
  const {poll, onEvent} = pollCommand(chatctl)
  return {apiVersion: 1, commands: [rollCommand(chatctl), poll], onEvent}
}
