import { memoryRecords } from 'ostiary'
import { recordStoreContract } from 'ostiary/testing/contracts'

recordStoreContract('the memory', ({ clock }) => ({ store: memoryRecords({ clock }) }))
