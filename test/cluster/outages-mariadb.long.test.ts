import { describeOutages } from './outages.ts'
import { sharedMariadb } from './shared-stores.ts'

describeOutages('MariaDB', sharedMariadb)
