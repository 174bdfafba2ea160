import fc from 'fast-check'

/**
 * The suite tries the same examples every time: a red test is of the change at hand.
 * `npm run explore` tries ten times as many, other ones each time, and names the seed of what it finds.
 */
fc.configureGlobal(process.env['MODE'] === 'explore' ? {numRuns: 1000} : {seed: 20_260_101})
