export default async () => "default";
