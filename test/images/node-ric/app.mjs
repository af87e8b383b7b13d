/** A handler that answers, or fails if it is told to. */
export const handler = async (event, context) => {
  if (event.fail) throw new RangeError("told to");
  return { event, id: context.awsRequestId, by: process.argv[1] };
};
