import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnApi, CfnAuthorizer, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnPermission } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { type ApiFunction, servedBy } from '#contracts/http/served-by.ts'
import { acknowledge } from './acknowledge.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { People } from './people.ts'
import type { ServiceFunction } from './service-function.ts'

/**
 * The HTTP API: a route of the gateway for each route of the table, each to the function that answers it. Plain resources, because the
 * higher constructs write one permission per route, and a function's policy has room for about fifty.
 */
export class HttpGateway extends Construct {
  readonly url: string

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly stage: string
      readonly functions: { readonly [F in ApiFunction]: ServiceFunction<F> }
      readonly people: People
      readonly alarms: Alarms
    },
  ) {
    super(scope, id)
    const { pool, client } = props.people
    const stack = Stack.of(this)
    const api = new CfnApi(this, 'Api', { name: `benchtime-${props.stage}`, protocolType: 'HTTP' })
    const targetOf = (integrationId: string, { lambda: of }: ServiceFunction<ApiFunction>): string => {
      const integration = new CfnIntegration(this, integrationId, {
        apiId: api.ref,
        integrationType: 'AWS_PROXY',
        integrationUri: of.functionArn,
        payloadFormatVersion: '2.0',
      })
      new CfnPermission(this, `${integrationId}MayInvoke`, {
        action: 'lambda:InvokeFunction',
        functionName: of.functionArn,
        principal: 'apigateway.amazonaws.com',
        sourceArn: stack.formatArn({ service: 'execute-api', resource: api.ref, resourceName: '*/*' }),
      })
      return `integrations/${integration.ref}`
    }
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: api.ref,
      name: 'people',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: {
        issuer: `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${pool.userPoolId}`,
        audience: [client.userPoolClientId],
      },
    })
    const { functions } = props
    const targets: { readonly [F in ApiFunction]: string } = {
      api: targetOf('Integration', functions.api),
      reads: targetOf('Reads', functions.reads),
      availability: targetOf('Availability', functions.availability),
      schedules: targetOf('Schedules', functions.schedules),
      bookings: targetOf('Bookings', functions.bookings),
      operations: targetOf('Operations', functions.operations),
      enrolment: targetOf('Enrolment', functions.enrolment),
      orders: targetOf('Orders', functions.orders),
      planner: targetOf('Planner', functions.planner),
      proposals: targetOf('Proposals', functions.proposals),
      approvals: targetOf('Approvals', functions.approvals),
      slots: targetOf('Slots', functions.slots),
      planning: targetOf('Planning', functions.planning),
      roster: targetOf('Roster', functions.roster),
      feeds: targetOf('Feeds', functions.feeds),
      front: targetOf('Front', functions.front),
    }
    const open = (routeId: string, routeKey: string, target: string, reason: string) => {
      const route = new CfnRoute(this, routeId, {
        apiId: api.ref,
        routeKey,
        target,
        authorizationType: 'NONE',
      })
      acknowledge(route, 'AwsSolutions-APIG4', reason)
    }
    for (const [name, { method, path, access }] of Object.entries(routes)) {
      const target = targets[servedBy(name as RouteId)]
      const routeId = `${name[0]?.toUpperCase()}${name.slice(1)}`
      if (access === 'public')
        open(
          routeId,
          `${method} ${path}`,
          target,
          'Health and the description of the API tell nothing of any workspace; a calendar is behind a secret of 192 random bits in its address, because calendar programs send no token.',
        )
      else
        new CfnRoute(this, routeId, {
          apiId: api.ref,
          routeKey: `${method} ${path}`,
          target,
          authorizationType: 'JWT',
          authorizerId: authorizer.ref,
        })
    }
    open(
      'Otherwise',
      '$default',
      targets.front,
      'Whatever is no route is answered with a problem that says so; the function does nothing else for it.',
    )
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const format = {
      requestId: '$context.requestId',
      at: '$context.requestTime',
      route: '$context.routeKey',
      status: '$context.status',
      ms: '$context.responseLatency',
      error: '$context.error.message',
    }
    new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingBurstLimit: 200, throttlingRateLimit: 100 },
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(format) },
    })
    props.alarms.whenAny(this, 'Failing', {
      says: 'The API answered 5xx for fifteen minutes. See the log of its function; the access log names route and error.',
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: api.ref },
        ...everyFiveMinutes,
      }),
      periods: 3,
    })
    this.url = `https://${api.ref}.execute-api.${stack.region}.${stack.urlSuffix}`
  }
}
