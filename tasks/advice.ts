import { ELSEWHERE } from "../core/atomic_file.ts";
import { defaultCacheFolder } from "../generative/runtime/install/locate.ts";

/**
 * What can be done about a file that may not be written, in place of general words: another cache folder is named by a
 * variable, and every other folder by the task's own option.
 *
 * @param option The task's option for where it writes, such as "--out DIR".
 */
export function withAdvice(message: string, option?: string): string {
  if (!message.includes(ELSEWHERE)) return message;
  if (message.includes(`"${cacheFolder()}`)) {
    return message.replace(ELSEWHERE, "name a folder of your own in XDG_CACHE_HOME");
  }
  return option === undefined
    ? message
    : message.replace(ELSEWHERE, `choose another location with ${option}`);
}

function cacheFolder(): string {
  try {
    return defaultCacheFolder();
  } catch {
    return "\0"; // there is none, and no path has this in it
  }
}
