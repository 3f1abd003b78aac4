import { calendarContract } from './contract/calendar.ts'
import { commitsContract } from './contract/commits.ts'
import { documentsContract } from './contract/documents.ts'
import type { Open } from './contract/harness.ts'
import { isolationContract } from './contract/isolation.ts'
import { ledgerContract } from './contract/ledger.ts'
import { listsContract } from './contract/lists.ts'

/** What every store promises to the use cases. Registered once for each store; every test works in workspaces of its own. */
export const storeContract = (open: Open): void => {
  documentsContract(open)
  commitsContract(open)
  ledgerContract(open)
  calendarContract(open)
  listsContract(open)
  isolationContract(open)
}
