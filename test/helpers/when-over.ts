import {beforeAll, onTestFinished} from 'vitest'

type Act = () => unknown

/** What is to be done after all tests that share what is being made; undefined while a test runs. */
let sharing: Act[] | undefined

/** Does something when the test is over; for what several tests share, when the last of them is. */
export function whenOver(act: Act): void {
  if (sharing === undefined) onTestFinished(async () => void (await act()))
  else sharing.push(act)
}

/** Makes something once, before the first test of a describe or of a file, for all tests in it. */
export function shared<Made>(make: () => Promise<Made>): () => Made {
  let made: Made | undefined
  beforeAll(async () => {
    const acts: Act[] = (sharing = [])
    const tidy = async (): Promise<void> => {
      for (const act of acts.splice(0).reverse()) await act()
    }
    try {
      made = await make()
      return tidy
    } catch (error) {
      await tidy()
      throw error
    } finally {
      sharing = undefined
    }
  })
  return () => made!
}
