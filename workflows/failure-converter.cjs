// Messages and stacks of failures are encrypted like everything else. Temporal loads converters by `require`,
// in the worker, in clients and inside the workflow bundle, so this one file is CommonJS.
const { DefaultFailureConverter } = require('@temporalio/common')

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
