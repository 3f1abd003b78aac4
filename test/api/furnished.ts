import { expect } from 'vitest'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { proposed, storeAssignment } from '../proposals/assignment.ts'
import { type Answered, pathOf, type Sent, send } from './call.ts'
import { leftBehind, sent } from './contacts.ts'
import { createLaboratory, type Laboratory, noon, otherWorkspaceId, people, workspaceId } from './laboratory.ts'

/** Ids of one thing of each kind, by the name that they have in paths. */
export type Things = Readonly<Record<string, string>>
export type Furnished = { readonly lab: Laboratory; readonly things: Things }

export const at = (hours: number): string => new Date(noon + hours * 3_600_000).toISOString()

export const protocolBody = (assetId: string) => ({
  name: 'Dilution',
  driver: 'simulator',
  path: 'methods/dilution.med',
  requirements: [{ assetId, units: 1 }],
  expectedDurationSeconds: 60,
  parametersSchema: {
    type: 'object',
    properties: { plates: { type: 'integer', minimum: 1 } },
    additionalProperties: false,
  },
})

export const scheduleBody = (protocolId: string) => ({
  name: 'Every morning',
  protocolId,
  rule: { kind: 'cron', expression: '0 9 ? * MON-FRI *' },
  timeZone: 'Europe/Berlin',
})

const routineBody = { name: 'Every night', cron: 'daily at 02:00', timeZone: 'Europe/Berlin', ask: { days: 21 } }

export const quotaBody = {
  name: 'A hundred hours',
  of: 'person',
  unit: 'hours',
  limit: 100,
  per: 'week',
  timeZone: 'Europe/Berlin',
}
const seriesBody = {
  rule: { kind: 'cron', expression: '0 6 * * ? *' },
  timeZone: 'Europe/Berlin',
  durationMinutes: 30,
}
export const orderBody = (assetId: string) => ({
  name: 'Dilute plate 7',
  durationMinutes: 30,
  requirements: [{ assetId }],
  externalReference: 'LIMS-1',
})
export const templateBody = (assetId: string) => ({
  name: 'Weekly check',
  order: { durationMinutes: 30, requirements: [{ assetId }] },
  every: { unit: 'week', weekdays: ['monday', 'thursday'] },
  window: { from: '22:00', to: '04:00' },
  timeZone: 'Europe/Berlin',
  firstDate: '2026-11-23',
})
const connectorBody = { name: 'Their system', url: 'https://their.system.org/in' }
export const contactBody = { name: 'Kim', channels: [{ kind: 'email', address: 'kim@laboratory.org' }] }
/** Of the right shape; who signs in these tests does not look inside. */
export const certificateRequest = '-----BEGIN CERTIFICATE REQUEST-----\nMIH=\n-----END CERTIFICATE REQUEST-----\n'
const dutiesOf = (assetId: string | undefined) => [{ duty: 'juicer', name: 'Juicer', week: { monday: assetId } }]
const timeOffBody = { from: '2026-12-28', to: '2026-12-31', kind: 'vacation' }
const waiverBody = { name: 'Night shift', codes: ['closed'], reason: 'On call' }

const made = async (lab: Laboratory, id: RouteId, params: Things, body: unknown): Promise<Answered> => {
  const answered = await send(lab, { method: 'POST', path: pathOf(id, params), as: 'admin', body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered
}

let sample: Promise<Furnished> | undefined

/**
 * A workspace with one member of each role and one thing of each kind, all made through the API. Made once, and copied for
 * each test that says nothing else: hundreds of them ask for it.
 */
export const furnish = async (lab?: Laboratory, id: string = workspaceId): Promise<Furnished> => {
  if (lab) return furnishAnew(lab, id)
  sample ??= furnishAnew(createLaboratory(), workspaceId)
  const made = await sample
  return { lab: copyOf(made.lab), things: { ...made.things } }
}

let sampleOfTwo: Promise<Furnished & { readonly foreign: Things }> | undefined
const furnishBoth = async () => {
  const made = await furnish()
  return { ...made, foreign: (await furnishAnew(made.lab, otherWorkspaceId)).things }
}

/** Two such workspaces in one table; whoever is admin in one is admin in the other, so only ids tell them apart. */
export const furnishTwo = async (): Promise<Furnished & { readonly foreign: Things }> => {
  sampleOfTwo ??= furnishBoth()
  const made = await sampleOfTwo
  return { lab: copyOf(made.lab), things: { ...made.things }, foreign: { ...made.foreign } }
}

const copyOf = (lab: Laboratory): Laboratory => {
  const copy = createLaboratory(lab.world.store.copy(), Number(lab.world.ids.unique()))
  for (const [scheduleId, entry] of lab.timetable.entries) copy.timetable.entries.set(scheduleId, entry)
  copy.timetable.calls = lab.timetable.calls
  copy.started.push(...lab.started)
  copy.wakes.push(...lab.wakes)
  for (const [id, entry] of lab.routines) copy.routines.set(id, entry)
  for (const [id, certificate] of lab.certificates) copy.certificates.set(id, { ...certificate })
  return copy
}

const furnishAnew = async (lab: Laboratory, id: string): Promise<Furnished> => {
  await made(lab, 'createWorkspace', {}, { name: 'Laboratory', id })
  for (const role of people)
    if (role !== 'admin') {
      const path = pathOf('putMember', { workspaceId: id, subject: role })
      await send(lab, { method: 'PUT', path, as: 'admin', body: { name: role, role } })
    }
  const inside = { workspaceId: id }
  const idOf = async (route: RouteId, body: unknown, params: Things = inside): Promise<string> =>
    (await made(lab, route, params, body)).body.id
  const agentId = await idOf('enrolAgent', { name: 'Bench agent' })
  const assetId = await idOf('createAsset', { name: 'Star', kind: 'machine', agentId })
  const protocolId = await idOf('createProtocol', protocolBody(assetId))
  const scheduleId = await idOf('createSchedule', scheduleBody(protocolId))
  const runId = await idOf('triggerSchedule', {}, { ...inside, scheduleId })
  const reservationId = await idOf('createReservation', {
    assets: [{ assetId, units: 1 }],
    start: at(2),
    end: at(4),
    note: 'Maintenance visit',
  })
  const otherAssetId = await idOf('createAsset', { name: 'Bath', kind: 'station' })
  const crowded = { assets: [{ assetId: otherAssetId }] }
  await made(lab, 'createReservation', inside, { ...crowded, start: at(2), end: at(4) })
  await made(lab, 'createReservation', inside, {
    ...crowded,
    start: at(3),
    end: at(4),
    override: { codes: ['asset-busy'], reason: 'A visitor' },
  })
  const [conflict] = (await send(lab, { method: 'GET', path: pathOf('listConflicts', inside), as: 'admin' })).body.items
  const typeId = await idOf('createAssetType', { name: 'Reader', bookingRules: { maximumMinutes: 600 } })
  const groupId = await idOf('createAssetGroup', { name: 'Any star', assetIds: [assetId] })
  const quotaId = await idOf('createQuota', quotaBody)
  const waiverId = await idOf('createWaiver', waiverBody)
  const waitlistEntryId = await idOf('joinWaitlist', {
    assets: [{ assetId: otherAssetId }],
    durationMinutes: 600,
    from: at(0),
    to: at(12),
  })
  const seriesId = await idOf('createSeries', { ...seriesBody, assets: [{ assetId: otherAssetId }], count: 2 })
  const outageId = await idOf('announceOutage', {
    assetIds: [otherAssetId],
    start: at(100),
    end: at(101),
    reason: 'Inspection',
  })
  const feed = await made(lab, 'makeFeed', inside, { name: 'Star', of: { kind: 'asset', assetId } })
  const fragileId = await idOf('createAsset', {
    name: 'Centrifuge',
    kind: 'machine',
    healthCheck: { protocolId, everyHours: 24 },
  })
  const noisyId = await idOf('createAsset', { name: 'Shaker', kind: 'machine' })
  const recoveryId = await idOf('requireRecovery', { assetId: noisyId, note: 'It made a noise' })
  const contactId = await idOf('createContact', contactBody)
  const subscriptionId = await idOf('createSubscription', { contactId, events: ['run.failed'] })
  const notificationId = await sent(lab, id)
  const artifactId = await leftBehind(lab, id, runId)
  const orderId = await idOf('createOrder', orderBody(otherAssetId))
  const batchId = await idOf('createBatch', { name: 'Week 47' })
  const orderTemplateId = await idOf('createOrderTemplate', templateBody(otherAssetId))
  const slotOrderId = await idOf('createOrder', { ...orderBody(otherAssetId), externalReference: 'LIMS-0' })
  const slotId = await idOf('createSlot', {
    orderId: slotOrderId,
    start: at(60),
    assets: [{ assetId: otherAssetId, units: 1 }],
    tentative: true,
  })
  const snapshotId = await idOf('takeSnapshot', { name: 'As furnished' })
  const planId = await idOf('makePlan', { iterations: 50, orderIds: [orderId] })
  const personId = await idOf('createAsset', { name: 'Ada', kind: 'person' })
  const rotations = {
    method: 'PUT',
    path: pathOf('setRotation', inside),
    as: 'admin',
    headers: { 'if-match': '*' },
  } as const
  await send(lab, { ...rotations, body: { duties: dutiesOf(personId) } })
  await send(lab, { ...rotations, path: pathOf('setOrderTypes', inside), body: { types: [] } })
  await send(lab, {
    ...rotations,
    method: 'PATCH',
    path: pathOf('changeRosterSettings', inside),
    body: { workload: { high: 10 } },
  })
  const off = {
    method: 'POST',
    path: pathOf('addTimeOff', { ...inside, personId }),
    as: 'admin',
    body: timeOffBody,
  } as const
  const timeOffId = (await send(lab, off)).body.person.timeOff[0].id
  const exception = { date: '2026-12-24', duty: 'juicer', assetId: null, reason: 'Closed' }
  const dutyExceptionId = await idOf('createDutyException', exception)
  const verifying = { method: 'POST', path: pathOf('verifyNow', inside), as: 'admin', body: {} } as const
  const { body: verification } = await send(lab, verifying)
  // One that is about a thing of this workspace.
  const finding = verification.findings.find(({ code }: { code: string }) => code === 'open-conflict')
  const planningRunId = await idOf('requestPlanningRun', {})
  const planningRoutineId = await idOf('createPlanningRoutine', routineBody)
  const certificateId = await idOf('issueCertificate', { request: certificateRequest }, { ...inside, agentId })
  const calendarId = await idOf('createCalendar', { name: 'Shutdown' })
  const items = [proposed(orderId, otherAssetId, at(70), { end: at(70.5) })]
  const { id: assignmentId } = await storeAssignment(lab.world, id as typeof workspaceId, { items })
  const connectorId = await idOf('createConnector', connectorBody)
  return {
    lab,
    things: {
      calendarId,
      certificateId,
      orderId,
      orderTemplateId,
      batchId,
      slotId,
      snapshotId,
      planId,
      assignmentId,
      connectorId,
      personId,
      timeOffId,
      dutyExceptionId,
      verificationId: verification.id,
      fingerprint: finding.fingerprint,
      planningRunId,
      planningRoutineId,
      otherAssetId,
      fragileId,
      noisyId,
      contactId,
      subscriptionId,
      notificationId,
      artifactId,
      recoveryId,
      feedId: feed.body.id,
      feedToken: feed.body.path.split('/').at(-1),
      waitlistEntryId,
      seriesId,
      outageId,
      conflictId: conflict.id,
      typeId,
      groupId,
      quotaId,
      waiverId,
      version: '1',
      workspaceId: id,
      subject: 'viewer',
      agentId,
      assetId,
      protocolId,
      scheduleId,
      runId,
      reservationId,
    },
  }
}

/** The ETag of the thing that a path names. */
export const etagOf = async (lab: Laboratory, path: string, as = 'admin'): Promise<string> =>
  (await send(lab, { method: 'GET', path, as })).headers.etag ?? ''

/** A request for each route that succeeds in a furnished laboratory; the compiler asks for all of them. */
const successes: { readonly [K in RouteId]: (things: Things) => Omit<Sent, 'method' | 'path'> } = {
  getHealth: () => ({}),
  getOpenApi: () => ({}),
  createWorkspace: () => ({ body: { name: 'Another' } }),
  listWorkspaces: () => ({ query: { limit: '5' } }),
  getWorkspace: () => ({}),
  changeWorkspace: () => ({ body: { name: 'Renamed' } }),
  listMembers: () => ({}),
  getMember: () => ({}),
  putMember: () => ({ body: { name: 'Vera', role: 'scientist' } }),
  removeMember: () => ({}),
  createAsset: () => ({ body: { name: 'Rack', kind: 'resource', capacity: 4, capabilities: ['plates'] } }),
  listAssets: () => ({ query: { archived: 'true' } }),
  getAsset: () => ({}),
  changeAsset: () => ({ body: { status: 'maintenance', statusNote: 'New tips' } }),
  retireAsset: () => ({}),
  enrolAgent: () => ({ body: { name: 'Second agent' } }),
  listAgents: () => ({}),
  getAgent: () => ({}),
  changeAgent: () => ({ body: { name: 'Renamed' } }),
  disableAgent: () => ({}),
  issueCertificate: () => ({ body: { request: certificateRequest } }),
  revokeCertificate: () => ({}),
  createOrder: ({ assetId = '' }) => ({ body: { ...orderBody(assetId), externalReference: 'LIMS-2' } }),
  listOrders: () => ({ query: { status: 'new' } }),
  getInbox: () => ({ query: { policy: 'urgent-first' } }),
  importOrders: ({ assetId = '' }) => ({
    body: { orders: [{ ...orderBody(assetId), externalReference: 'LIMS-3' }], dryRun: false },
  }),
  getOrder: () => ({}),
  getFulfilment: () => ({}),
  changeOrder: () => ({ body: { priority: 5, due: at(100) } }),
  cancelOrder: () => ({ body: { reason: 'Not needed' } }),
  rejectOrder: () => ({ body: { reason: 'Too dear' } }),
  deferOrder: () => ({ body: { until: at(48) } }),
  reopenOrder: () => ({ body: {} }),
  createBatch: () => ({ body: { name: 'Week 48', policy: { weights: 'urgent-first', maxOrders: 20 } } }),
  listBatches: () => ({ query: { status: 'draft' } }),
  getBatch: () => ({}),
  getBatchProgress: () => ({}),
  changeBatch: () => ({ body: { notes: 'After the holiday', policy: { minPriority: 2 } } }),
  cancelBatch: () => ({ body: { reason: 'Not this week' } }),
  createOrderTemplate: ({ assetId = '' }) => ({ body: templateBody(assetId) }),
  listOrderTemplates: () => ({}),
  getOrderTemplate: () => ({}),
  changeOrderTemplate: () => ({ body: { status: 'paused' } }),
  getMigrations: () => ({}),
  runMigrations: () => ({ body: {} }),
  getLegacyOrders: () => ({}),
  putLegacyOrders: ({ assetId = '' }) => ({
    body: {
      settings: { priorityDirection: 'highest-is-5', defaults: { requirements: [{ assetId }], durationMinutes: 30 } },
      blob: { orders: [{ id: 'old-1', target_id: 'Athens', priority: 5 }] },
    },
  }),
  makePlan: () => ({ body: { algorithm: 'best-fit', name: 'This week' } }),
  listPlans: () => ({ query: { status: 'candidate' } }),
  getPlan: () => ({}),
  getPlanItems: () => ({}),
  comparePlans: ({ planId = '' }) => ({ query: { with: planId } }),
  editPlanItem: () => ({ body: { start: at(80) } }),
  previewCommit: () => ({ body: {} }),
  commitPlan: () => ({ body: {} }),
  rejectPlan: () => ({ body: { reason: 'Too early' } }),
  getWaitingAssignments: () => ({}),
  getProposals: () => ({ query: { status: 'proposed', timeZone: 'Europe/Berlin', day: '2026-11-23' } }),
  editProposal: () => ({ body: { start: at(75) } }),
  approveProposals: ({ orderId = '' }) => ({ body: { orderIds: [orderId] } }),
  rejectProposals: () => ({ body: { reason: 'Too early' } }),
  resubmitProposals: () => ({ body: {} }),
  createConnector: () => ({ body: { ...connectorBody, status: 'paused' } }),
  listConnectors: () => ({}),
  getConnector: () => ({}),
  changeConnector: () => ({ body: { status: 'paused' } }),
  rotateConnectorSecret: () => ({ body: {} }),
  removeConnector: () => ({}),
  requestPlanningRun: () => ({ body: { name: 'Three weeks', seconds: 60 } }),
  listPlanningRuns: () => ({ query: { status: 'queued' } }),
  getPlanningRun: () => ({}),
  stopPlanningRun: () => ({ body: { keep: true } }),
  deletePlanningRun: () => ({}),
  createPlanningRoutine: () => ({ body: routineBody }),
  listPlanningRoutines: () => ({}),
  getPlanningRoutine: () => ({}),
  getPlanningTimes: () => ({ query: { count: '3' } }),
  changePlanningRoutine: () => ({ body: { status: 'paused' } }),
  createSlot: ({ orderId = '', otherAssetId = '' }) => ({
    body: { orderId, start: at(90), assets: [{ assetId: otherAssetId, units: 1 }] },
  }),
  listSlots: () => ({ query: { from: at(0), to: at(200) } }),
  getTimetable: () => ({}),
  takeSnapshot: () => ({ body: { name: 'Before the audit' } }),
  listSnapshots: () => ({}),
  getSnapshot: () => ({}),
  getSnapshotSlots: () => ({}),
  restoreSnapshot: () => ({ body: { dryRun: true } }),
  getSlot: () => ({}),
  lockSlot: () => ({ body: { lock: 'hard' } }),
  lockSlots: () => ({ body: { lock: 'hard', from: at(0), to: at(200) } }),
  cancelSlots: ({ slotId = '' }) => ({ body: { slotIds: [slotId], reason: 'Not today' } }),
  commitSlot: () => ({ body: {} }),
  cancelSlot: () => ({ body: { reason: 'Not today' } }),
  completeSlot: () => ({ body: { note: 'Done by hand' } }),
  createProtocol: ({ assetId = '' }) => ({ body: protocolBody(assetId) }),
  listProtocols: () => ({}),
  getProtocol: () => ({}),
  changeProtocol: () => ({ body: { expectedDurationSeconds: 90, path: null } }),
  archiveProtocol: () => ({}),
  createSchedule: ({ protocolId = '' }) => ({ body: scheduleBody(protocolId) }),
  listSchedules: () => ({}),
  getSchedule: () => ({}),
  upcomingRuns: () => ({ query: { limit: '5' } }),
  explainSchedule: () => ({ query: { at: '2026-11-23T09:00' } }),
  changeSchedule: () => ({ body: { name: 'Every weekday' } }),
  deleteSchedule: () => ({}),
  previewSchedule: () => ({
    body: { rule: { kind: 'cron', expression: 'daily at 09:00' }, timeZone: 'Europe/Berlin' },
  }),
  skipTime: () => ({ body: { note: 'The lamp is being changed' } }),
  pauseSchedule: () => ({ body: { note: 'Holiday' } }),
  resumeSchedule: () => ({}),
  replaceSchedule: ({ protocolId = '' }) => ({ body: { ...scheduleBody(protocolId), name: 'Replaced' } }),
  cloneSchedule: () => ({ body: { name: 'Another' } }),
  moveTime: () => ({ body: { to: '2026-11-24T11:00', note: 'The room is booked' } }),
  restoreSchedule: () => ({}),
  changePriority: () => ({ body: { priority: 5 } }),
  backfillSchedule: () => ({ body: { from: at(0), to: at(24 * 7), dryRun: true } }),
  bulkSchedules: () => ({ body: { action: 'pause', filter: { tag: 'nightly' }, note: 'Holiday' } }),
  exportSchedules: () => ({}),
  applySchedules: ({ protocolId = '' }) => ({
    body: { schedules: [{ ...scheduleBody(protocolId), externalName: 'plates/morning' }] },
  }),
  throwSwitch: () => ({ body: { note: 'Water on the floor' } }),
  releaseSwitch: () => ({ body: { note: 'Dry again' } }),
  createCalendar: () => ({ body: { name: 'Holidays', days: [{ from: '2026-12-24', to: '2026-12-26' }] } }),
  listCalendars: () => ({}),
  getCalendar: () => ({}),
  changeCalendar: () => ({ body: { name: 'Shutdown' } }),
  importCalendar: () => ({
    body: { icalendar: 'BEGIN:VEVENT\nDTSTART;VALUE=DATE:20270101\nSUMMARY:New Year\nEND:VEVENT' },
  }),
  archiveCalendar: () => ({}),
  getScheduleLedger: () => ({ query: { from: at(-24), to: at(24 * 7) } }),
  getScheduleHistory: () => ({}),
  getScheduleVersion: () => ({}),
  checkStatistics: () => ({}),
  getMetrics: () => ({}),
  getStatus: () => ({}),
  getQueue: () => ({}),
  watchQueue: () => ({}),
  getAnalysis: () => ({ query: { from: at(-24), to: at(24) } }),
  recoverSchedule: () => ({ body: { note: 'Looked at it' } }),
  triggerSchedule: () => ({ body: { parameters: { plates: 2 }, priority: 5 } }),
  startRun: ({ protocolId = '' }) => ({ body: { protocolId, parameters: { plates: 1 } } }),
  listRuns: () => ({ query: { status: 'live' } }),
  getRun: () => ({}),
  getRunHistory: () => ({}),
  getRunReservations: () => ({}),
  abortRun: () => ({ body: { note: 'Wrong plate' } }),
  pauseRun: () => ({ body: { note: 'The door is open' } }),
  resumeRun: () => ({ body: {} }),
  holdRun: () => ({ body: { held: true, note: 'For the auditors' } }),
  holdWorkspace: () => ({ body: { note: 'Fire drill' } }),
  liftHold: () => ({ body: { note: 'Over' } }),
  listRecoveries: () => ({}),
  getRecovery: () => ({}),
  getRecoveryHistory: () => ({}),
  requireRecovery: ({ assetId = '' }) => ({ body: { assetId, note: 'It smells' } }),
  answerFacts: () => ({ body: { answers: {} } }),
  continueRecovery: () => ({ body: { option: 'give-up', note: 'Cleared the deck' } }),
  clearRecovery: () => ({ body: { note: 'Nothing found' } }),
  afterRestore: () => ({ body: { note: 'Restored to noon' } }),
  listEmergencyStops: () => ({}),
  emergencyStop: ({ assetId = '' }) => ({ body: { assetId, note: 'Smoke' } }),
  acknowledgeStop: ({ assetId = '' }) => ({ body: { assetId, note: 'No fire' } }),
  getAssetHealth: () => ({}),
  setAssetHealth: () => ({ body: { state: 'good', note: 'Calibrated by hand' } }),
  listArtifacts: ({ runId = '' }) => ({ query: { runId } }),
  getArtifact: () => ({}),
  createContact: () => ({ body: contactBody }),
  listContacts: () => ({}),
  getContact: () => ({}),
  replaceContact: () => ({ body: { ...contactBody, name: 'Kim at night' } }),
  removeContact: () => ({}),
  verifyChannel: () => ({ body: { code: 'the-code' } }),
  testContact: () => ({ body: {} }),
  createSubscription: ({ contactId = '' }) => ({ body: { contactId, events: ['run.failed'] } }),
  listSubscriptions: () => ({}),
  getSubscription: () => ({}),
  replaceSubscription: ({ contactId = '' }) => ({ body: { contactId, events: ['run.aborted'], digest: 'daily' } }),
  removeSubscription: () => ({}),
  listNotifications: () => ({}),
  getNotification: () => ({}),
  resendNotification: () => ({ body: {} }),
  checkAsset: ({ fragileId = '' }) => ({ body: { assetId: fragileId } }),
  listAudit: ({ assetId = '' }) => ({ query: { subject: assetId } }),
  createReservation: ({ assetId = '' }) => ({ body: { assets: [{ assetId }], start: at(5), end: at(6) } }),
  listReservations: () => ({}),
  getReservation: () => ({}),
  checkReservation: ({ assetId = '' }) => ({ body: { assets: [{ assetId }], start: at(5), end: at(6) } }),
  joinWaitlist: ({ assetId = '' }) => ({
    body: { assets: [{ assetId }], durationMinutes: 60, from: at(2), to: at(4) },
  }),
  listWaitlist: () => ({ query: { all: 'true' } }),
  getWaitlistEntry: () => ({}),
  leaveWaitlist: () => ({ body: {} }),
  createSeries: ({ assetId = '' }) => ({ body: { ...seriesBody, assets: [{ assetId }], count: 3 } }),
  listSeries: () => ({}),
  getSeries: () => ({}),
  cancelSeries: () => ({ body: { note: 'The course is over' } }),
  previewOutage: ({ assetId = '' }) => ({ body: { assetIds: [assetId], start: at(1), end: at(30) } }),
  announceOutage: ({ assetId = '' }) => ({
    body: { assetIds: [assetId], start: at(1), end: at(3), reason: 'New lamp' },
  }),
  listOutages: () => ({}),
  getOutage: () => ({}),
  cancelOutage: () => ({ body: { note: 'Works again' } }),
  listPeople: () => ({}),
  getPerson: () => ({}),
  setPerson: () => ({ body: { subject: 'scientist', qualifications: [{ name: 'laser', until: '2027-06-30' }] } }),
  importPeople: () => ({ body: { csv: 'name,qualifications\nAda,laser until 2027-06-30\nBob,confocal\n' } }),
  importTimeOff: () => ({ body: { csv: 'person,from,to,kind\nAda,2026-12-01,2026-12-04,vacation\n' } }),
  findPeople: ({ orderId }) => ({ body: { orderId, start: at(5) } }),
  addTimeOff: () => ({ body: { from: '2026-12-01', kind: 'sick' } }),
  dropTimeOff: () => ({}),
  getRotation: () => ({}),
  setRotation: ({ personId }) => ({ body: { duties: dutiesOf(personId) } }),
  getOrderTypes: () => ({}),
  setOrderTypes: () => ({ body: { types: [{ type: 'core', name: 'Core', rank: 6, perPersonPerDay: 1 }] } }),
  getDutyHolder: () => ({ query: { duty: 'juicer', date: '2026-11-30' } }),
  getDutyWarnings: () => ({}),
  getDutyFairness: () => ({ query: { from: '2026-11-23', to: '2026-12-31' } }),
  createDutyException: ({ personId }) => ({
    body: { date: '2026-11-25', duty: 'juicer', assetId: personId, reason: 'An audit' },
  }),
  listDutyExceptions: () => ({}),
  getDutyException: () => ({}),
  dropDutyException: () => ({}),
  getWorkload: () => ({ query: { from: '2026-11-18', weeks: '2' } }),
  recordAttendance: () => ({ body: { date: '2026-11-20', outcome: 'late', lateMinutes: 10, note: 'The train' } }),
  getAttendance: () => ({ query: { from: '2026-11-01', to: '2026-11-30' } }),
  getRosterSettings: () => ({}),
  changeRosterSettings: () => ({ body: { verification: { timeZone: 'Europe/Berlin', time: '05:30' } } }),
  verifyNow: () => ({ body: {} }),
  listVerifications: () => ({}),
  getVerification: () => ({}),
  getVerificationText: () => ({}),
  resolveFinding: () => ({ body: { note: 'They share the bath' } }),
  exportAssets: () => ({}),
  exportAssetTable: () => ({}),
  importAssets: () => ({ body: { csv: 'name,kind,capacity\nTray,resource,4\n' } }),
  getUsage: () => ({ query: { from: at(-24), to: at(24) } }),
  makeFeed: () => ({ body: { name: 'Everything', of: { kind: 'workspace' } } }),
  listFeeds: () => ({}),
  revokeFeed: () => ({ body: {} }),
  readFeed: () => ({}),
  listConflicts: () => ({ query: { status: 'all' } }),
  countConflicts: () => ({}),
  getConflict: () => ({}),
  resolveConflict: () => ({ body: { resolution: { kind: 'accept' }, note: 'It is fine' } }),
  listNotices: () => ({}),
  importReservations: ({ assetId = '' }) => ({
    body: { bookings: [{ subject: 'scientist', assets: [{ assetId }], start: at(20), end: at(21) }] },
  }),
  findTimes: ({ assetId = '' }) => ({
    body: { assets: [{ assetId }], durationMinutes: 60, from: at(1), to: at(48) },
  }),
  getAssetCalendar: () => ({ query: { from: at(0), to: at(48) } }),
  getHorizon: () => ({ query: { from: at(0), to: at(48) } }),
  changeReservation: () => ({ body: { end: at(5) } }),
  confirmReservation: () => ({ body: {} }),
  transferReservation: () => ({ body: { to: 'scientist', note: 'On holiday' } }),
  checkIn: () => ({ body: {} }),
  checkOut: () => ({ body: { note: 'Done' } }),
  createAssetType: () => ({ body: { name: 'Microscope', bookingRules: { granularityMinutes: 15 } } }),
  listAssetTypes: () => ({}),
  getAssetType: () => ({}),
  replaceAssetType: () => ({ body: { name: 'Slow reader' } }),
  removeAssetType: () => ({}),
  createAssetGroup: ({ assetId = '' }) => ({ body: { name: 'Readers', assetIds: [assetId] } }),
  listAssetGroups: () => ({}),
  getAssetGroup: () => ({}),
  replaceAssetGroup: ({ assetId = '' }) => ({ body: { name: 'Stars', assetIds: [assetId] } }),
  removeAssetGroup: () => ({}),
  createQuota: () => ({ body: { ...quotaBody, name: 'Half', limit: 50 } }),
  listQuotas: () => ({}),
  getQuota: () => ({}),
  replaceQuota: () => ({ body: { ...quotaBody, limit: 80 } }),
  removeQuota: () => ({}),
  createWaiver: () => ({ body: { ...waiverBody, name: 'Weekend' } }),
  listWaivers: () => ({}),
  getWaiver: () => ({}),
  replaceWaiver: () => ({ body: { ...waiverBody, reason: 'On call again' } }),
  removeWaiver: () => ({}),
  cancelReservation: () => ({ body: { note: 'Not needed' } }),
  releaseReservation: () => ({ body: { note: 'Looked at it' } }),
}

/** The request of a route that would succeed, as the given person. */
export const successOf = (id: RouteId, things: Things, as: string | undefined = 'admin'): Sent => {
  const { method, path, ...route } = routes[id]
  const { headers, ...rest } = successes[id](things)
  return {
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(things[name] ?? '')),
    as,
    ...rest,
    headers: { ...('ifMatch' in route && { 'if-match': '*' }), ...headers },
  }
}

export const routeIds = Object.keys(routes) as RouteId[]
