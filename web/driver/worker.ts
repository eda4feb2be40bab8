import { openWorker } from "../shared/worker";

export { newer } from "../shared/worker";
export const worker = openWorker("/driver");
