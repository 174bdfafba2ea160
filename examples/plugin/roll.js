import {randomInt} from 'node:crypto'

const most = {count: 100, sides: 1000}

/** `/roll 2d6`: rolls dice where everyone sees it. */
export function rollCommand(chatctl) {
  const dice = chatctl.custom({label: 'DICE', parse: parseDice, complete: () => [{text: '2d6'}, {text: 'd20'}]})
  return chatctl.command({
    name: 'roll',
    summary: 'rolls dice',
    examples: ['/roll', '/roll 2d6', '/roll d20'],
    args: {dice: dice({default: {count: 1, sides: 6}, summary: 'how many, and of how many sides'})},
    async run({say}, {args}) {
      const {count, sides} = args.dice
      const rolled = Array.from({length: count}, () => randomInt(sides) + 1)
      const total = rolled.reduce((sum, one) => sum + one)
      await say(`rolls ${count}d${sides}: ${rolled.join(' + ')}${count > 1 ? ` = ${total}` : ''}`, 'me')
    },
  })
}

/** What it throws is shown with the usage of the command. */
function parseDice(text) {
  const [, count = '', sides = ''] = /^(\d{0,3})d(\d{1,4})$/i.exec(text) ?? []
  const dice = {count: Number(count || 1), sides: Number(sides)}
  const isFair = dice.count >= 1 && dice.count <= most.count && dice.sides >= 2 && dice.sides <= most.sides
  if (!isFair) throw new Error(`"${text}" is no dice: 2d6 is two of six sides (at most ${most.count}d${most.sides})`)
  return dice
}
