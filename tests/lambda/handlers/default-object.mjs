export default { handler: async () => "on default" };
