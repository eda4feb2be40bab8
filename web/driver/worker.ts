import { openWorker } from "../shared/worker";

export const worker = openWorker("/driver");
