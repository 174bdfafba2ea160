import {defineCommand} from '../slash-command.js'

/** `/back`: says that one is back. */
export const back = defineCommand({
  name: 'back',
  group: 'people',
  summary: 'says that you are back',
  examples: ['/back'],
  async run({absence, say, print}) {
    if (!absence.isAway) {
      print('you are not away')
      return
    }
    absence.end()
    await say('is back', 'me')
  },
})
