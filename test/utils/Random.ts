export { Random } from '../../prover/workload/Random.ts'
