// Commits, undoes and commits again, and stores tries, until it is killed. See StoreCrash.test.ts.
import { Store } from '../../prover/state/Store.ts'
import { genesisWith, ModelChain } from './Chain.ts'

const genesis = genesisWith()
const store = await Store.open(process.argv[2]!, genesis)
const chain = new ModelChain(genesis)
chain.batch(store.newest.number + 60) // made before the first write, so that the kill meets writes
process.stdout.write('writing\n')
for (let round = 1; ; round++) {
  const { number } = store.newest
  await store.commit(chain.batch(number + 1))
  if (round % 7 === 0) await store.storeTrie(number)
  if (round % 5 === 0) await store.undoTo(Math.max(0, number - 2))
}
