/** `/poll QUESTION`: asks the room, counts what its members answer, and tells the result. */
export function pollCommand(chatctl) {
  let poll

  return {
    poll: chatctl.command({
      name: 'poll',
      summary: 'asks the room a question, and counts the answers',
      examples: ['/poll Shall we go on?', '/poll -a tea -a coffee What shall we drink?', '/poll'],
      args: {question: chatctl.rest({default: '', summary: 'without it, the poll ends now'})},
      flags: {
        answer: chatctl.string({char: 'a', multiple: true, default: ['yes', 'no'], summary: 'one that is counted'}),
      },
      async run({say}, {args, flags}) {
        if (args.question === '') return end(say)
        if (poll) throw new Error('a poll goes on already: /poll ends it')
        poll = new Poll(flags.answer)
        await say(`poll: ${args.question} Say ${flags.answer.join(' or ')}.`)
      },
    }),

    /** Counts; once everyone else has answered, the poll is over. */
    async onEvent(event, {say, members}) {
      if (event.event !== 'message' || !poll) return
      poll.count(event.from, event.text)
      if (poll.hasAnswerOf(members())) await end(say)
    },
  }

  async function end(say) {
    if (!poll) throw new Error('there is no poll: /poll QUESTION begins one')
    const {result} = poll
    poll = undefined
    await say(`poll: ${result}`)
  }
}

/** What was answered: of each member, the last answer. */
class Poll {
  #answers
  #given = new Map()

  constructor(answers) {
    this.#answers = answers
  }

  count({id}, text) {
    const given = text.trim().toLowerCase()
    const answer = this.#answers.find(one => one.toLowerCase() === given)
    if (answer !== undefined) this.#given.set(id, answer)
  }

  hasAnswerOf(members) {
    return members.length > 0 && members.every(({id}) => this.#given.has(id))
  }

  get result() {
    const given = [...this.#given.values()]
    return this.#answers.map(answer => `${answer} ${given.filter(one => one === answer).length}`).join(', ')
  }
}
