import { describeOutages } from './outages.ts'
import { sharedPostgres } from './shared-stores.ts'

describeOutages('PostgreSQL', sharedPostgres)
