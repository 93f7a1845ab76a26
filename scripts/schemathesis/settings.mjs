/** What schemathesis reads from its configuration file: how much it tries, and with which ids among strange ones. */
export function toSettings({ staying, leaving }) {
  return [
    '[generation]',
    'max-examples = 10',
    // The same cases each time, whatever the seed of the day.
    'deterministic = true',
    'database = "none"',
    // The token goes along with every request.
    'with-security-parameters = false',
    '[phases.coverage]',
    // Methods that no route has are all answered in one place.
    'unexpected-methods = []',
    '[checks]',
    'enabled = false',
    ...CHECKS.flatMap((check) => [`[checks.${check}]`, 'enabled = true']),
    ...dictionary('provider-slug', 'openai'),
    ...Object.entries(staying).flatMap(([name, id]) => dictionary(`staying-${name}`, id)),
    ...Object.entries(leaving).flatMap(([name, id]) => dictionary(`leaving-${name}`, id)),
    ...parameters('[parameters]', 'staying', staying),
    // Of several that are about an operation the first counts for more.
    ...operations('include-operation-id = "delete_gateways_gateway"', '"path.gateway" = "empty"'),
    // What is deleted must not be what others are asked about.
    '[[operations]]',
    'include-method = "DELETE"',
    ...parameters('[operations.parameters]', 'leaving', leaving),
    ...operations('include-tag = "URLs"', bound('path.provider', 'provider-slug')),
    ...operations(
      'include-operation-id = "post_gateways_gateway_evaluations"',
      bound('body.dataset_ids[*]', 'staying-dataset'),
      bound('body.evaluation_type_ids[*]', 'staying-evaluation_type'),
    ),
    // A thousand ways to break its body: those of the operation that creates one are enough.
    '[[operations]]',
    'include-operation-id = "put_gateways_gateway"',
    '[operations.phases.coverage.generation]',
    'mode = "positive"',
  ].join('\n');
}

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

function operations(which, ...values) {
  return ['[[operations]]', which, '[operations.parameters]', ...values];
}

/** Most ids lead to something, and a few nowhere. Another account or gateway would end every question early. */
function parameters(section, kind, { gateway, ...ids }) {
  return [
    section,
    '"path.account" = "default"',
    `"path.gateway" = "${gateway}"`,
    ...Object.keys(ids).map((name) => bound(`path.${name}`, `${kind}-${name}`)),
  ];
}

function bound(name, dictionary) {
  return `"${name}" = { dictionary = "${dictionary}", probability = 0.8 }`;
}

function dictionary(name, value) {
  return [`[dictionaries.${name}]`, `values = ['${value}']`];
}
