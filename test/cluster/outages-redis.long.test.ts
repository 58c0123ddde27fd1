import { describeOutages } from './outages.ts'
import { sharedRedis } from './shared-stores.ts'

describeOutages('Redis', sharedRedis)
