import { connect, type Line } from "../rpc.ts";
import { type Lab, LAB_METHODS, LAB_STREAMS } from "./lab.ts";

/** The lab at the far end of a line. */
export function connectLab(line: Line): Lab {
  return connect<Lab>(LAB_METHODS, line, LAB_STREAMS);
}
